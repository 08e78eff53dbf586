using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Acme.Api.Reset;

internal static class ResetEndpoint
{
    public static void MapReset(this IEndpointRouteBuilder routes) =>
        routes.MapDelete("/reset", ResetAsync)
            .WithName("RegistryReset").WithSummary("Reset the registry to its default state")
            .WithDescription("Empties artifacts, ratings, trails and users. The configured administrator stays; so do the caller and the caller's token.")
            .WithTags("Registry")
            .RequirePermission(Permissions.Admin, refusalStatus: 401)
            .ProducesProblem(401).ProducesProblem(403);

    private static async Task<Ok> ResetAsync(HttpContext context, ICatalog catalog, IOptions<AdminOptions> admin, ILogger<Caller> logger)
    {
        var caller = Caller.Of(context);
        await catalog.ResetAsync([admin.Value.Name!, caller.User.Name], [caller.Token.Hash], context.RequestAborted);
        logger.LogWarning("The registry was reset by {User} from {Address}", caller.User.Name, context.AddressOf());
        return TypedResults.Ok();
    }
}
