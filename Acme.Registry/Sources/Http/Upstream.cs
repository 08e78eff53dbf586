using System.Net;
using System.Net.Http.Headers;

namespace Acme.Registry.Sources.Http;

/// <summary>A host that the registry reads from by its API.</summary>
/// <param name="Name">For messages, such as <c>Hugging Face</c>.</param>
/// <param name="Endpoint">Base address; may have a path. Trusted by being configured, wherever it is.</param>
/// <param name="PublicHosts">The hosts in the URLs that people use. What points there is read from the endpoint, which may be a mirror.</param>
/// <param name="Authorization">Sent to the endpoint only, never along a redirect to another host.</param>
/// <param name="TrustedHosts"><c>host:port</c> of further hosts that redirects may lead to although they have no public address.</param>
public sealed record Upstream(
    string Name, Uri Endpoint, IReadOnlyList<string> PublicHosts, AuthenticationHeaderValue? Authorization = null, IReadOnlyCollection<string>? TrustedHosts = null)
{
    /// <summary>The URL of something below the endpoint.</summary>
    /// <param name="path">Escaped; may have a query.</param>
    public Uri At(string path) => new($"{Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}");

    /// <summary>Whether a URL is of the endpoint's scheme, host and port.</summary>
    public bool IsOrigin(Uri url) => Uri.Compare(url, Endpoint, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Leads a URL of the public host to the endpoint; others stay as they are.</summary>
    public Uri Rebase(Uri url) => !IsOrigin(url) && IsPublic(url) ? At(url.PathAndQuery) : url;

    /// <summary>The path of a URL of a public host, or below the endpoint: its segments, decoded. Null for URLs of others.</summary>
    public string[]? SegmentsOf(Uri url)
    {
        if (!url.IsAbsoluteUri) return null;
        var path = url.AbsolutePath;
        var root = Endpoint.AbsolutePath.TrimEnd('/') + '/';
        if (IsOrigin(url) && (path + '/').StartsWith(root, StringComparison.Ordinal)) path = path[Math.Min(path.Length, root.Length)..];
        else if (!IsPublic(url)) return null;
        return [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
    }

    private bool IsPublic(Uri url) => url.Scheme is "http" or "https" && PublicHosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What an upstream answered: the thing, or a refusal that another attempt does not change (4xx).</summary>
/// <param name="Status">200, or 4xx other than 408 and 429.</param>
/// <param name="Url">Where the answer came from, after redirects.</param>
/// <param name="Body">Shared by all who asked: not to be changed.</param>
/// <param name="Next">The next page, where there is one (RFC 8288, <c>rel="next"</c>).</param>
/// <param name="ErrorCode">The header <c>X-Error-Code</c>, by which Hugging Face tells refusals apart.</param>
public sealed record UpstreamAnswer(HttpStatusCode Status, Uri Url, ReadOnlyMemory<byte> Body, Uri? Next = null, string? ErrorCode = null)
{
    /// <summary>Whether the thing is here.</summary>
    public bool IsOk => Status == HttpStatusCode.OK;
}
