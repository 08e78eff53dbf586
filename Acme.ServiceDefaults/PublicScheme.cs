using Microsoft.AspNetCore.Builder;

namespace Acme.ServiceDefaults;

/// <summary>
/// For services behind a gateway where TLS ends and that does not tell them so: a load balancer between the two says what it was asked by itself. Links to
/// the service, and whether its cookies are for https only, follow the scheme that its users see.
/// </summary>
public static class PublicScheme
{
    private const string Key = "Proxies:PublicScheme";

    /// <summary>Takes every request for one of the scheme in <c>Proxies:PublicScheme</c>, where that is set. Comes after forwarded headers.</summary>
    /// <exception cref="InvalidOperationException">It is neither http nor https.</exception>
    public static void UsePublicScheme(this WebApplication app)
    {
        if (app.Configuration[Key] is not { Length: > 0 } scheme) return;
        if (scheme is not ("http" or "https")) throw new InvalidOperationException($"{Key} is '{scheme}'; it can be: http, https.", new FormatException());
        app.Use((context, next) =>
        {
            context.Request.Scheme = scheme;
            return next(context);
        });
    }
}
