using Microsoft.AspNetCore.Antiforgery;

namespace Acme.Web.Session;

internal static class SignOut
{
    public static void MapSignOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/signout", async (HttpContext context, Visitor visitor) =>
        {
            await visitor.EndAsync(context);
            return Results.Redirect("/");
        }).WithMetadata(new RequireAntiforgeryTokenAttribute());
}
