using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Audit;
using Acme.Registry.Deletion;
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
            .WithDescription("An administrator can restore it for the time that Maintenance:KeepDeletedFor says: POST /artifacts/{artifact_type}/{id}/restore.")
            .RequirePermission(Permissions.Upload);
    }

    private static async Task<JsonAnswer<Wire.Artifact>> GetAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog)
    {
        var found = await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        return JsonAnswer.Ok(found.Item.ToWire(context.Request));
    }

    private static async Task<Ok> DeleteAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, ArtifactDeleter deleter, TimeProvider time)
    {
        await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        if (await deleter.DeleteAsync(key.Id, Caller.Of(context).User.Name, context.RequestAborted) is { } deleted)
            await catalog.Audit.RecordAsync(context, deleted, AuditAction.Delete, time);
        return TypedResults.Ok();
    }
}
