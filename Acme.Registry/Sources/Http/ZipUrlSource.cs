using Acme.Registry.Artifacts;
using Acme.Registry.Zip;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// Takes in a ZIP from any http or https URL. Handles every such URL, so it belongs behind the sources that know their hosts.
/// </summary>
public sealed class ZipUrlSource : ISource, IDisposable
{
    private const string Suffix = ".zip";

    private readonly HttpClient _http;
    private readonly HttpSourceOptions _options;
    private readonly ZipLimits _limits;

    /// <summary>Makes a source with connections of its own; keep one for the life of the process.</summary>
    public ZipUrlSource(HttpSourceOptions options, ZipLimits limits)
    {
        _options = options;
        _limits = limits;
        _http = new(GuardedHttp.CreateHandler(options.TrustedHosts)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("acme-registry");
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    /// <inheritdoc/>
    public bool Handles(Uri url) => url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    /// <summary>The last segment of the path, decoded and without <c>.zip</c>; the host where there is none.</summary>
    public string NameFor(Uri url)
    {
        var segment = Uri.UnescapeDataString(url.AbsolutePath.TrimEnd('/').Split('/')[^1]);
        if (segment.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)) segment = segment[..^Suffix.Length];
        return string.IsNullOrWhiteSpace(segment) ? url.Host : segment.Trim();
    }

    /// <inheritdoc/>
    public async Task<Snapshot> FetchAsync(Uri url, ArtifactType type, CancellationToken cancellationToken)
    {
        // It would be shown to everyone who sees the artifact.
        if (url.UserInfo.Length > 0)
        {
            throw new SourceException(
                "The URL holds a user name or password. Leave it out; if the file needs one, download it and upload the ZIP.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.TimeLimit);
        using var spool = SpoolFile.Create(_options.SpoolDirectory);
        try
        {
            await new ResumableDownload(_http, url, spool, _options.MaxDownloadBytes).RunAsync(limit.Token);
            ThrowIfWebPage(spool);
            return await ZipSnapshot.OpenAsync(spool.Release(), _limits, limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(
                $"{url.Host} took longer than {_options.TimeLimit} for the file. Try again later, or upload the ZIP.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The commonest mistake is the URL of a page about the file, and it deserves a clearer word than "not a ZIP".</summary>
    private static void ThrowIfWebPage(SpoolFile spool)
    {
        Span<byte> buffer = stackalloc byte[512];
        var start = buffer[..RandomAccess.Read(spool.Handle, buffer, 0)].TrimStart("\uFEFF \t\r\n"u8);
        if (start is [(byte)'<', ..]) throw new SourceException("The URL gives a web page, not a ZIP. Give the URL of the file itself.");
    }
}
