using System.Net;
using System.Net.Http.Headers;

namespace Acme.Registry.Sources.Http;

/// <summary>A host that the registry reads from by its API.</summary>
/// <param name="Name">For messages, such as <c>Hugging Face</c>.</param>
/// <param name="Endpoint">Base address; may have a path. Trusted by being configured, wherever it is.</param>
/// <param name="PublicHost">The host in the URLs that people use. What points there is read from the endpoint, which may be a mirror.</param>
/// <param name="Authorization">Sent to the endpoint only, never along a redirect to another host.</param>
/// <param name="TrustedHosts"><c>host:port</c> of further hosts that redirects may lead to although they have no public address.</param>
public sealed record Upstream(
    string Name, Uri Endpoint, string PublicHost, AuthenticationHeaderValue? Authorization = null, IReadOnlyCollection<string>? TrustedHosts = null)
{
    /// <summary>The URL of something below the endpoint.</summary>
    /// <param name="path">Escaped; may have a query.</param>
    public Uri At(string path) => new($"{Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}");

    /// <summary>Whether a URL is of the endpoint's scheme, host and port.</summary>
    public bool IsOrigin(Uri url) => Uri.Compare(url, Endpoint, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Leads a URL of the public host to the endpoint; others stay as they are.</summary>
    public Uri Rebase(Uri url) =>
        !IsOrigin(url) && string.Equals(url.Host, PublicHost, StringComparison.OrdinalIgnoreCase) && url.Scheme is "http" or "https" ? At(url.PathAndQuery) : url;
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
