using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>Takes in model and dataset repositories of Hugging Face by the URLs of their pages.</summary>
public sealed class HuggingFaceSource(HuggingFaceHub hub) : ISource
{
    private const string GitAttributes = ".gitattributes";

    /// <inheritdoc/>
    public bool Handles(Uri url) => hub.Upstream.SegmentsOf(url) is not null;

    /// <summary>The last segment of the repository's id, whatever follows it in the URL.</summary>
    public string NameFor(Uri url)
    {
        if (HubRepository.TryParse(url, hub.Upstream, out var repository, out _)) return repository.Name;
        var last = Uri.UnescapeDataString(url.AbsolutePath.TrimEnd('/').Split('/')[^1]).Trim();
        return last.Length > 0 ? last : url.Host;
    }

    /// <inheritdoc/>
    public async Task<Snapshot> FetchAsync(Uri url, ArtifactType type, CancellationToken cancellationToken)
    {
        // It would be shown to everyone who sees the artifact.
        if (url.UserInfo.Length > 0) throw new SourceException("The URL holds a user name or password. Leave it out; a token belongs into Sources:HuggingFace:Token.");
        if (!HubRepository.TryParse(url, hub.Upstream, out var asked, out var problem)) throw new SourceException(problem);

        var (repository, page, info) = await hub.InfoAsync(asked, cancellationToken);
        // From here on everything is of one commit, even if another is pushed meanwhile.
        var revision = info.Commit ?? asked.Revision ?? "main";
        var reading = HistoryAsync(repository, revision, cancellationToken);
        var files = await hub.FilesAsync(repository, revision, cancellationToken);
        if (!files.Any(f => f.Path != GitAttributes)) throw new SourceException($"The {repository.Kind} '{repository.Id}' holds no files on Hugging Face. Put some there first.");
        var (history, failure) = await reading;
        return new HuggingFaceSnapshot(files, hub.Facts(page, info, history, failure));
    }

    /// <summary>The artifact is worth having without it.</summary>
    private async Task<(CommitHistory? History, SourceException? Failure)> HistoryAsync(HubRepository repository, string revision, CancellationToken cancellationToken)
    {
        try
        {
            return (await hub.HistoryAsync(repository, revision, cancellationToken), null);
        }
        catch (SourceException e)
        {
            return (null, new($"The commits could not be read. {e.Message}", e) { IsTransient = e.IsTransient });
        }
    }
}

/// <summary>A commit of a repository; its files are opened on the hub.</summary>
internal sealed class HuggingFaceSnapshot(IReadOnlyList<SnapshotFile> files, HubFacts facts) : Snapshot
{
    public override IReadOnlyList<SnapshotFile> Files => files;

    public override HubFacts Hub => facts;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
