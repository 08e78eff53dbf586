using System.Net.Http.Headers;

namespace Acme.Api.Hosting;

/// <summary>
/// Sends a bearer token to one endpoint and to nobody else. Redirects are followed below this handler, where .NET takes the header away.
/// </summary>
internal sealed class EndpointToken(Uri endpoint, string token) : DelegatingHandler
{
    private readonly string _path = endpoint.AbsolutePath.TrimEnd('/') + '/';

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } url
            && Uri.Compare(url, endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            && url.AbsolutePath.StartsWith(_path, StringComparison.Ordinal))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }
}
