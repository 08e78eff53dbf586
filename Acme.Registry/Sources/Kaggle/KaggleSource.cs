using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.Http;
using Acme.Registry.Zip;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>
/// Takes in datasets of Kaggle by the URLs of their pages. Kaggle keeps description and licence beside the files, so a card and
/// <c>dataset-metadata.json</c> are made of them; where it does not give the files, they are all there is, and the facts say so.
/// </summary>
public sealed class KaggleSource(KaggleHub kaggle, HttpSourceOptions http, ZipLimits limits) : ISource
{
    private const string CardPath = "README.md";
    private const string MetadataPath = "dataset-metadata.json";

    /// <inheritdoc/>
    public bool Handles(Uri url) => kaggle.Upstream.SegmentsOf(url) is not null;

    /// <summary>The last segment of the dataset's id.</summary>
    public string NameFor(Uri url)
    {
        if (KaggleDataset.TryParse(url, kaggle.Upstream, out var dataset)) return dataset.Name;
        var last = Uri.UnescapeDataString(url.AbsolutePath.TrimEnd('/').Split('/')[^1]).Trim();
        return last.Length > 0 ? last : url.Host;
    }

    /// <inheritdoc/>
    public async Task<Snapshot> FetchAsync(Uri url, ArtifactType type, CancellationToken cancellationToken)
    {
        // It would be shown to everyone who sees the artifact.
        if (url.UserInfo.Length > 0) throw new SourceException("The URL holds a user name or password. Leave it out; they belong into Sources:Kaggle:User and Sources:Kaggle:Key.");
        if (!KaggleDataset.TryParse(url, kaggle.Upstream, out var dataset))
            throw new SourceException("The URL names no dataset. Of Kaggle only datasets can be taken: give a URL such as https://www.kaggle.com/datasets/owner/name.");

        var info = await kaggle.InfoAsync(dataset, cancellationToken);
        try
        {
            var zip = await DownloadAsync(dataset, cancellationToken);
            return new KaggleSnapshot(zip, Beside(dataset, info, zip, []), kaggle.Facts(dataset, info, problem: null));
        }
        catch (UpstreamRefusedException e)
        {
            var listed = await kaggle.FilesAsync(dataset, cancellationToken);
            return new KaggleSnapshot(null, Beside(dataset, info, null, listed), kaggle.Facts(dataset, info, kaggle.WithoutFiles(dataset, e.Status)));
        }
    }

    private async Task<ZipSnapshot> DownloadAsync(KaggleDataset dataset, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(http.TimeLimit);
        try
        {
            await using var content = await kaggle.DownloadAsync(dataset, limit.Token);
            using var spool = SpoolFile.Create(http.SpoolDirectory);
            await spool.CopyFromAsync(content, http.MaxDownloadBytes, limit.Token);
            return await ZipSnapshot.OpenAsync(spool.Release(), limits, limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException($"Kaggle took longer than {http.TimeLimit} for the files. Try again later, or upload the ZIP.", e) { IsTransient = true };
        }
    }

    /// <summary>What the dataset tells about itself, unless it has files of these names.</summary>
    private static IEnumerable<SnapshotFile> Beside(KaggleDataset dataset, KaggleInfo info, ZipSnapshot? zip, IReadOnlyList<KaggleFile> listed)
    {
        var files = zip?.Files.Select(f => new KaggleFile(f.Path, f.Size)).ToArray() ?? listed;
        return new[] { Made(CardPath, info.ToCard(dataset)), Made(MetadataPath, info.ToMetadata(dataset, files)) }
            .Where(made => zip is null || !zip.Files.Any(f => string.Equals(f.Path, made.Path, StringComparison.OrdinalIgnoreCase)));
    }

    private static SnapshotFile Made(string path, byte[] content) =>
        new(path, content.Length, _ => Task.FromResult<Stream>(new MemoryStream(content, writable: false)));
}

/// <summary>The files of a dataset, where they could be had, and what was made of its metadata.</summary>
internal sealed class KaggleSnapshot(ZipSnapshot? zip, IEnumerable<SnapshotFile> made, HubFacts facts) : Snapshot
{
    public override IReadOnlyList<SnapshotFile> Files { get; } = [.. zip?.Files ?? [], .. made];

    public override HubFacts Hub => facts;

    public override ValueTask DisposeAsync() => zip?.DisposeAsync() ?? ValueTask.CompletedTask;
}
