using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Api.Problems;
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
            .WithDescription("An administrator can restore it for the time that Maintenance:KeepDeletedFor says: POST /artifacts/{artifact_type}/{id}/restore. With keep=false, for administrators, it is gone at once.")
            .RequirePermission(Permissions.Upload);
    }

    private static async Task<JsonAnswer<Wire.Artifact>> GetAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog)
    {
        var found = await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        return JsonAnswer.Ok(found.Item.ToWire(context.Request));
    }

    private static async Task<Ok> DeleteAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, ArtifactDeleter deleter, TimeProvider time, bool keep = true)
    {
        var user = Caller.Of(context).User;
        if (!keep && !user.IsAdmin) throw new ProblemException(403, "Not allowed", "Deleting for good, with keep=false, needs the permission 'admin'. Delete without it, or ask an administrator.");
        await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        if (await deleter.DeleteAsync(key.Id, user.Name, keep, context.RequestAborted) is { } deleted)
            await catalog.Audit.RecordAsync(context, deleted, AuditAction.Delete, time);
        return TypedResults.Ok();
    }
}
