namespace Acme.Web.Registry;

/// <summary>Tells the API which address the browser has, so that the audit trail names it. The API believes it only of a configured proxy.</summary>
internal sealed class BrowserAddressHandler(IHttpContextAccessor accessor) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (accessor.HttpContext?.Connection.RemoteIpAddress is { } address)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address.ToString());
        return base.SendAsync(request, cancellationToken);
    }
}
