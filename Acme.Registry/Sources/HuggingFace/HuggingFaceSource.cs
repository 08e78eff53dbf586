using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>Takes in model and dataset repositories of Hugging Face by the URLs of their pages.</summary>
public sealed class HuggingFaceSource(HuggingFaceHub hub) : ISource, IHubReader
{
    // Ingest does not wait for the history alone; what is missing is read again later.
    private static readonly TimeSpan HistoryTimeLimit = TimeSpan.FromSeconds(8);

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
        if (info.IsGated) await HuggingFaceHub.CheckAccessAsync(files, cancellationToken);
        if (!files.Any(f => f.Path != GitAttributes)) throw new SourceException($"The {repository.Kind} '{repository.Id}' holds no files on Hugging Face. Put some there first.");
        var (history, failure) = await reading;
        return new HuggingFaceSnapshot(files, hub.Facts(page, info, history, failure));
    }

    /// <inheritdoc/>
    public async Task<HubFacts?> ReadAgainAsync(HubFacts before, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(before.Url, UriKind.Absolute, out var url) || !HubRepository.TryParse(url, hub.Upstream, out var repository, out _)) return null;
        var (history, failure) = await HistoryAsync(repository, before.Commit ?? "main", cancellationToken);
        return before with { CollectedAt = hub.Now, History = history, Problem = failure?.Message, IsTransient = failure?.IsTransient ?? false };
    }

    /// <summary>The artifact is worth having without it.</summary>
    private async Task<(CommitHistory? History, SourceException? Failure)> HistoryAsync(HubRepository repository, string revision, CancellationToken cancellationToken)
    {
        try
        {
            return (await hub.HistoryAsync(repository, revision, cancellationToken).WaitAsync(HistoryTimeLimit, cancellationToken), null);
        }
        catch (TimeoutException e)
        {
            return (null, new($"The commits could not be read within {HistoryTimeLimit.TotalSeconds:0} s. They are read again later.", e) { IsTransient = true });
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
