using Acme.Client;
using Microsoft.AspNetCore.Antiforgery;

namespace Acme.Web.Session;

internal static class SignOut
{
    public static void MapSignOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/signout", async (HttpContext context, RegistryClient registry, Visitor visitor) =>
        {
            // The session ends for everyone who holds its token, not only for this browser.
            if (visitor.Name is not null) await registry.EndSessionAsync(context.RequestAborted);
            SessionCookie.Clear(context);
            return Results.Redirect("/");
        }).WithMetadata(new RequireAntiforgeryTokenAttribute());
}
