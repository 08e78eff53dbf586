using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Audit;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

internal static class ArtifactEndpoints
{
    public static void MapArtifacts(this IEndpointRouteBuilder routes)
    {
        var artifact = routes.MapGroup("/artifacts/{artifact_type}/{id}").WithTags("Artifacts")
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

        artifact.MapGet("", GetAsync)
            .WithName("ArtifactRetrieve").WithSummary("Get this artifact")
            .RequirePermission(Permissions.Search);

        artifact.MapDelete("", DeleteAsync)
            .WithName("ArtifactDelete").WithSummary("Delete this artifact")
            .RequirePermission(Permissions.Upload);
    }

    private static async Task<JsonAnswer<Wire.Artifact>> GetAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog)
    {
        var found = await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        return JsonAnswer.Ok(found.Item.ToWire(context.Request));
    }

    private static async Task<Ok> DeleteAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, TimeProvider time)
    {
        var found = await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        if (await catalog.Artifacts.DeleteAsync(key.Id, context.RequestAborted))
            await catalog.Audit.RecordAsync(context, found.Item, AuditAction.Delete, time);
        return TypedResults.Ok();
    }
}
