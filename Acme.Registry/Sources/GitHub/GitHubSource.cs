using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.Http;
using Acme.Registry.Zip;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// Takes in repositories from GitHub: the default branch, or what a <c>/tree/</c>, <c>/blob/</c> or <c>/commit/</c> URL names, as the archive
/// that GitHub makes of it ("Download a repository archive (zip)"). Submodules are empty folders in it.
/// </summary>
public sealed class GitHubSource : ISource, IDisposable
{
    private const string Gists = "gist.github.com";

    private readonly GitHubApi _api;
    private readonly GitHubRepositories _repositories;
    private readonly Uri _webEndpoint;
    private readonly Uri _apiEndpoint;
    private readonly HttpSourceOptions _download;
    private readonly ZipLimits _limits;
    private readonly HttpClient _http;

    /// <summary>Makes a source with connections of its own for archives; keep one for the life of the process.</summary>
    /// <param name="api">For branches and tags.</param>
    /// <param name="repositories">For the facts.</param>
    /// <param name="gitHub">Where GitHub is.</param>
    /// <param name="download">Limits of the download.</param>
    /// <param name="limits">Limits of the archive.</param>
    public GitHubSource(
        GitHubApi api, GitHubRepositories repositories, IOptions<GitHubOptions> gitHub, IOptions<HttpSourceOptions> download, IOptions<ZipLimits> limits)
    {
        (_api, _repositories, _download, _limits) = (api, repositories, download.Value, limits.Value);
        _webEndpoint = gitHub.Value.WebEndpoint;
        _apiEndpoint = new(gitHub.Value.ApiEndpoint.AbsoluteUri.TrimEnd('/') + "/");
        IEnumerable<Uri> endpoints = [_apiEndpoint, _webEndpoint];
        _http = new(GuardedHttp.CreateHandler([.. endpoints.Select(e => $"{e.Host}:{e.Port}"), .. _download.TrustedHosts], byAnyName: true)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("acme-model-registry");
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        // Stays with the API: the handler drops it when it follows a redirect to where the archives are.
        if (!string.IsNullOrEmpty(gitHub.Value.Token)) _http.DefaultRequestHeaders.Authorization = new("Bearer", gitHub.Value.Token);
    }

    /// <summary>Everything on GitHub's site, except ZIP files on it, which can be taken in as such.</summary>
    public bool Handles(Uri url) =>
        string.Equals(url.Authority, Gists, StringComparison.OrdinalIgnoreCase) || (GitHubUrl.IsOfSite(url, _webEndpoint) && !IsZip(url));

    /// <summary><c>owner-name</c>.</summary>
    public string NameFor(Uri url) =>
        GitHubUrl.TryParse(url.AbsoluteUri, _webEndpoint, out var place) ? $"{place.Repository.Owner}-{place.Repository.Name}" : url.Host;

    /// <inheritdoc/>
    public async Task<Snapshot> FetchAsync(Uri url, ArtifactType type, CancellationToken cancellationToken)
    {
        var place = PlaceOf(url);
        var (head, failure) = await HeadAsync(place, cancellationToken);
        // Only models are rated by the repository they are in; reading a history costs more of the quota than anything else.
        var facts = type == ArtifactType.Model ? FactsAsync() : Task.FromResult<RepositoryFacts?>(null);
        Snapshot? archive = null;
        try
        {
            var (reference, path) = failure is null
                ? await new GitHubReferences(_api).ResolveAsync(head, place.Rest, cancellationToken)
                : (place.Rest is [var first, ..] ? first : head.DefaultBranch, string.Join('/', place.Rest.Skip(1)));
            archive = failure is null ? await DownloadAsync(head, reference, cancellationToken) : await DownloadFromSiteAsync(head, reference, cancellationToken);
            var files = GitHubSnapshot.Select(archive.Files, path);
            if (files.Count == 0) throw new SourceException($"There is no '{path}' in {head.Repository.Owner}/{head.Repository.Name} at '{place.Rest[0]}'. Check the URL.");
            return new GitHubSnapshot(archive, files, await facts);
        }
        catch (Exception e)
        {
            if (archive is not null) await archive.DisposeAsync();
            if (e is SourceException { IsTransient: false } && failure is not null) throw failure;
            if (e is SourceException { IsTransient: false } && (await facts ?? await FactsAsync())!.Files is { Count: 0 })
                throw new SourceException($"{head.Repository.Owner}/{head.Repository.Name} is empty. Push a commit to it first.", e);
            throw;
        }

        async Task<RepositoryFacts?> FactsAsync() => await _repositories.ReadAsync(place.Page, new FoundBy($"the {type.Word()} comes from it"), cancellationToken);
    }

    /// <summary>
    /// What the API tells of the repository. Where it cannot answer now, as when the quota is used up, the archive may still be had of the site, which
    /// knows the default branch as HEAD.
    /// </summary>
    private async Task<(RepositoryHead Head, SourceException? Failure)> HeadAsync(GitHubUrl place, CancellationToken cancellationToken)
    {
        try
        {
            return (await _repositories.HeadAsync(place.Repository, cancellationToken), null);
        }
        catch (SourceException e) when (e.IsTransient)
        {
            return (new(place.Repository, "HEAD", null, false), e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private GitHubUrl PlaceOf(Uri url)
    {
        if (url.UserInfo.Length > 0)
            throw new SourceException("The URL holds a user name or password. Leave it out; a private repository must be made public, or uploaded as a ZIP.");
        if (!GitHubUrl.TryParse(url.AbsoluteUri, _webEndpoint, out var place))
            throw new SourceException($"The URL does not name a repository on GitHub. Give one like {_webEndpoint.AbsoluteUri.TrimEnd('/')}/owner/repository.");
        return place.Section switch
        {
            null or "tree" or "blob" or "commit" => place,
            "releases" when place.Rest is ["tag", ..] => throw new SourceException(
                $"The URL is a page about a release, not the files of it. Give {place.Page}/tree/{GitHubReferences.Escape(string.Join('/', place.Rest.Skip(1)))} instead."),
            _ => throw new SourceException($"The URL is a page about the repository ('{place.Section}'), not the files in it. Give {place.Page} instead."),
        };
    }

    /// <summary>
    /// By the API, or where that does not give it, by the site ("Downloading source code archives"): that costs no quota, and a mirror may
    /// have only the one or the other.
    /// </summary>
    private async Task<Snapshot> DownloadAsync(RepositoryHead head, string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await DownloadAsync(new Uri(_apiEndpoint, $"{head.ApiPath}/zipball/{GitHubReferences.Escape(reference)}"), cancellationToken);
        }
        // Its subclasses are about an archive that is there but is not taken.
        catch (SourceException e) when (e.GetType() == typeof(SourceException))
        {
            try
            {
                return await DownloadFromSiteAsync(head, reference, cancellationToken);
            }
            catch (SourceException second) when (second.GetType() == typeof(SourceException))
            {
                throw new SourceException(e.Message, second) { IsTransient = e.IsTransient };
            }
        }
    }

    private Task<Snapshot> DownloadFromSiteAsync(RepositoryHead head, string reference, CancellationToken cancellationToken)
    {
        var (site, prefix) = (_webEndpoint.AbsoluteUri.TrimEnd('/'), reference == head.DefaultBranch && reference != "HEAD" ? "refs/heads/" : "");
        return DownloadAsync(new Uri($"{site}/{head.Repository.Owner}/{head.Repository.Name}/archive/{prefix}{GitHubReferences.Escape(reference)}.zip"), cancellationToken);
    }

    private async Task<Snapshot> DownloadAsync(Uri url, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_download.TimeLimit);
        using var spool = SpoolFile.Create(_download.SpoolDirectory);
        try
        {
            await new ResumableDownload(_http, url, spool, _download.MaxDownloadBytes).RunAsync(limit.Token);
            return await ZipSnapshot.OpenAsync(spool.Release(), _limits, limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException($"GitHub took longer than {_download.TimeLimit} for the archive. Try again later, or upload it as a ZIP.", e) { IsTransient = true };
        }
    }

    private static bool IsZip(Uri url)
    {
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Any(s => s is "archive" or "download" or "raw") && url.AbsolutePath.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
    }
}
