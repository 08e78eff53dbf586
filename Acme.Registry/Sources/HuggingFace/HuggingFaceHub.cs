using System.Net;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>
/// The parts of the hub's API that the registry uses (<c>https://huggingface.co/docs/hub/api</c>). One for the process: its answers are
/// shared by ingest and scoring.
/// </summary>
public sealed class HuggingFaceHub : IDisposable
{
    /// <summary>Most files of a repository that is taken in.</summary>
    public const int MaxFiles = 50_000;

    private const int MaxPages = 2000;
    private const int MeasuredAtOnce = 16;
    private static readonly string[] ForEverybody = ["README.md", ".gitattributes"];
    private const string SetToken = "set Sources:HuggingFace:Token to a token that has access";

    private readonly UpstreamClient _client;
    private readonly TimeProvider _time;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="options">Where the hub is.</param>
    /// <param name="http">Its trusted hosts may be the target of redirects, as in a mirror that keeps files elsewhere.</param>
    /// <param name="time">The clock for <c>CollectedAt</c>.</param>
    public HuggingFaceHub(HuggingFaceOptions options, HttpSourceOptions http, TimeProvider time)
    {
        HasToken = !string.IsNullOrEmpty(options.Token);
        string[] hosts = [HubRepository.PublicHost, "www." + HubRepository.PublicHost, "hf.co"];
        _client = new(new Upstream("Hugging Face", options.Endpoint, hosts, HasToken ? new("Bearer", options.Token) : null, [.. http.TrustedHosts]));
        _time = time;
    }

    internal bool HasToken { get; }

    internal Upstream Upstream => _client.Upstream;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// What the hub tells about a repository, and its page now. After a renaming it is asked further under the new name where the hub
    /// redirects there, and under the old one where the hub goes on answering to that.
    /// </summary>
    /// <exception cref="SourceException">It is not there, or not for us; says which.</exception>
    internal async Task<(HubRepository Repository, string Page, HubInfo Info)> InfoAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var path = repository.Revision is { } revision ? $"{repository.Api}/revision/{Uri.EscapeDataString(revision)}" : repository.Api;
        var url = Upstream.At(path);
        var answer = await _client.GetAsync(url, UpstreamClient.MaxJson, cancellationToken);
        var isOfAnyRevision = answer is { Status: HttpStatusCode.NotFound, ErrorCode: null } && repository.Revision is not null;
        if (isOfAnyRevision)
        {
            // A mirror without this operation: all but the commit is true of every revision.
            url = Upstream.At(repository.Api);
            answer = await _client.GetAsync(url, UpstreamClient.MaxJson, cancellationToken);
        }
        if (!answer.IsOk) throw Refused(repository, answer);
        using var document = answer.Json(Upstream);
        var info = HubInfo.Read(document.RootElement);
        if (isOfAnyRevision) info = info with { Commit = null };
        if (info.IsDisabled) throw new SourceException($"Hugging Face has disabled the {repository.Kind} '{repository.Id}'. Choose another one.");
        if (info.IsPrivate && !HasToken) throw new SourceException($"The {repository.Kind} '{repository.Id}' is private on Hugging Face. Make it public, or {SetToken}.");
        var isNamed = info.Id is { } id && HubRepository.TryParse(Upstream.At((repository.IsDataset ? "datasets/" : "") + id), Upstream, out var parsed, out _) && parsed.Id == id;
        var now = isNamed ? repository with { Id = info.Id! } : repository;
        return (answer.Url == url ? repository : now, now.Page, info);
    }

    /// <summary>Every file of a revision, with size and, for those in large file storage, digest.</summary>
    /// <exception cref="SourceException">They cannot be listed, or are too many, or their paths break the rules.</exception>
    internal async Task<IReadOnlyList<SnapshotFile>> FilesAsync(HubRepository repository, string revision, CancellationToken cancellationToken)
    {
        var files = new List<SnapshotFile>();
        Uri? next = Upstream.At($"{repository.Api}/tree/{Uri.EscapeDataString(revision)}?recursive=true");
        for (var page = 1; next is not null; page++)
        {
            var answer = await _client.GetAsync(next, UpstreamClient.MaxJson, cancellationToken);
            if (!answer.IsOk && page == 1 && answer.Status == HttpStatusCode.NotFound) return await SiblingsAsync(repository, revision, cancellationToken);
            if (!answer.IsOk) throw Refused(repository, answer);
            using var document = answer.Json(Upstream);
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new SourceException($"Hugging Face lists the files of '{repository.Id}' in a form that is not known.");
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (entry.Field("type").Text() is "file") Add(files, repository, revision, entry, entry.Field("path"));
            }
            next = answer.Next;
            if (page == MaxPages && next is not null) throw TooMany(repository);
        }
        SnapshotPaths.Check(files);
        return files;
    }

    /// <summary>The commits of the last year; null where the hub does not list them.</summary>
    internal async Task<CommitHistory?> HistoryAsync(HubRepository repository, string revision, CancellationToken cancellationToken)
    {
        var history = new HubHistory(_time.GetUtcNow().AddYears(-1));
        Uri? next = Upstream.At($"{repository.Api}/commits/{Uri.EscapeDataString(revision)}?limit=100");
        for (var page = 1; next is not null && page <= HubHistory.MaxPages; page++)
        {
            var answer = await _client.GetAsync(next, UpstreamClient.MaxJson, cancellationToken);
            if (answer.Status == HttpStatusCode.NotFound && page == 1) return null;
            if (!answer.IsOk) throw Refused(repository, answer);
            using var document = answer.Json(Upstream);
            next = history.Add(document.RootElement) ? null : answer.Next;
        }
        return history.Summarise(isComplete: next is null);
    }

    /// <summary>
    /// Whether a gated repository gives its files to us, which only asking for one can tell; its card is for everybody and proves nothing. What
    /// is said of it beside that is true for us too, so that nothing is refused for the gate alone.
    /// </summary>
    /// <exception cref="SourceException">It does not.</exception>
    internal static async Task CheckAccessAsync(IReadOnlyList<SnapshotFile> files, CancellationToken cancellationToken)
    {
        if (files.Where(f => !ForEverybody.Contains(f.Path)).MaxBy(f => f.Size) is not { } file) return;
        try
        {
            await using var content = await file.OpenAsync(cancellationToken);
        }
        catch (SourceException e) when (e is not GatedException)
        {
            // It is told when the file is taken.
        }
    }

    /// <summary>The text of a file; null where there is none.</summary>
    internal async Task<ReadOnlyMemory<byte>?> TextAsync(HubRepository repository, string revision, string path, CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(Upstream.At(repository.FileAt(revision, path)), UpstreamClient.MaxText, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound) return null;
        return answer.IsOk ? answer.Body : throw Refused(repository, answer);
    }

    internal HubFacts Facts(string page, HubInfo info, CommitHistory? history, SourceException? problem) => new()
    {
        Url = page,
        CollectedAt = _time.GetUtcNow(),
        Problem = problem?.Message,
        IsTransient = problem?.IsTransient ?? false,
        Commit = info.Commit,
        PipelineTag = info.PipelineTag,
        LibraryName = info.LibraryName,
        License = info.License,
        Tags = info.Tags,
        Downloads = info.Downloads,
        Likes = info.Likes,
        History = history,
    };

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>For hubs that do not list trees: the file list of the repository itself, with sizes where it is asked for them.</summary>
    private async Task<IReadOnlyList<SnapshotFile>> SiblingsAsync(HubRepository repository, string revision, CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(Upstream.At($"{repository.Api}/revision/{Uri.EscapeDataString(revision)}?blobs=true"), UpstreamClient.MaxJson, cancellationToken);
        if (!answer.IsOk && repository.Revision is null or "main") answer = await _client.GetAsync(Upstream.At($"{repository.Api}?blobs=true"), UpstreamClient.MaxJson, cancellationToken);
        if (!answer.IsOk) throw Refused(repository, answer);
        using var document = answer.Json(Upstream);
        var files = new List<SnapshotFile>();
        var entries = document.RootElement.Field("siblings").Items().ToList();
        var sizes = await MeasureAsync(repository, revision, entries, cancellationToken);
        foreach (var (entry, size) in entries.Zip(sizes)) Add(files, repository, revision, entry, entry.Field("rfilename"), size);
        SnapshotPaths.Check(files);
        return files;
    }

    /// <summary>Sizes where the list does not tell them, as their answers announce them.</summary>
    private async Task<long?[]> MeasureAsync(HubRepository repository, string revision, List<JsonElement> entries, CancellationToken cancellationToken)
    {
        if (entries.Count > MaxFiles) throw TooMany(repository);
        var sizes = new long?[entries.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MeasuredAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, sizes.Length, parallel, async (i, token) =>
        {
            if (entries[i].Field("size") is null && entries[i].Field("lfs") is null && entries[i].Field("rfilename").LongText() is { Length: > 0 and <= 4096 } name)
                sizes[i] = await _client.LengthAsync(Upstream.At(repository.FileAt(revision, name)), token);
        });
        return sizes;
    }

    private void Add(List<SnapshotFile> files, HubRepository repository, string revision, JsonElement entry, JsonElement? path, long? measured = null)
    {
        if (files.Count == MaxFiles) throw TooMany(repository);
        var lfs = entry.Field("lfs") ?? default;
        if (path.LongText() is not { Length: > 0 and <= 4096 } name || (lfs.Field("size").Number() ?? entry.Field("size").Number() ?? measured) is not (>= 0 and var size))
            throw new SourceException($"Hugging Face lists a file of '{repository.Id}' without name or size, so that it cannot be taken. Download the repository and upload it as a ZIP.");
        var url = Upstream.At(repository.FileAt(revision, name));
        var written = lfs.Field("oid").Text() ?? lfs.Field("sha256").Text();
        Sha256Digest? digest = Sha256Digest.TryParse(written?[(written.IndexOf(':') + 1)..], null, out var parsed) ? parsed : null;
        files.Add(new(name, size, cancellationToken => OpenAsync(repository, url, size, digest, cancellationToken))
        {
            Remote = digest is { } announced ? new(url, announced) : null,
        });
    }

    private async Task<Stream> OpenAsync(HubRepository repository, Uri url, long size, Sha256Digest? digest, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.OpenAsync(url, size, digest, cancellationToken);
        }
        catch (UpstreamRefusedException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw Gated(repository, e);
        }
    }

    private SourceException Refused(HubRepository repository, UpstreamAnswer answer)
    {
        if (answer.ErrorCode == "GatedRepo" || (answer.Status == HttpStatusCode.Forbidden && answer.ErrorCode is null)) return Gated(repository);
        if (answer.ErrorCode == "RevisionNotFound")
            return new($"Hugging Face has the {repository.Kind} '{repository.Id}', but no revision '{repository.Revision}' of it. Check the URL.");
        if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Gone))
            return new($"Hugging Face answers {(int)answer.Status} for the {repository.Kind} '{repository.Id}'. Check the URL.");
        var revision = repository.Revision is null ? "" : $" with a revision '{repository.Revision}'";
        return new($"Hugging Face has no public {repository.Kind} '{repository.Id}'{revision} ({(int)answer.Status}). Check the URL; if it is private, {SetToken}.");
    }

    private GatedException Gated(HubRepository repository, Exception? inner = null) => new(
        $"The {repository.Kind} '{repository.Id}' is gated on Hugging Face: its files are given only to those who have been granted access. "
        + $"Ask for access at {repository.Page}, and {(HasToken ? "check that the token in Sources:HuggingFace:Token has it" : SetToken)}.", inner);

    private static SourceException TooMany(HubRepository repository) => new(
        $"The {repository.Kind} '{repository.Id}' has more than {MaxFiles:N0} files, the most that are taken. Pack them, or split the artifact.");

    /// <summary>The files are there, but not for us.</summary>
    private sealed class GatedException(string message, Exception? inner) : SourceException(message, inner);
}
