using Microsoft.AspNetCore.Antiforgery;

namespace Acme.Web.Session;

internal static class SignOut
{
    public static void MapSignOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/signout", (HttpContext context) =>
        {
            SessionCookie.Clear(context);
            return Results.Redirect("/");
        }).WithMetadata(new RequireAntiforgeryTokenAttribute());
}
