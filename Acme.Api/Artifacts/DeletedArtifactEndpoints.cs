using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Deletion;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

/// <summary>Takes a deletion back, for administrators.</summary>
internal static class DeletedArtifactEndpoints
{
    public static void MapDeletedArtifacts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/artifacts/deleted", ListAsync)
            .WithName("DeletedArtifactsList").WithSummary("List the deleted artifacts that can be restored")
            .WithDescription("Those deleted last first. How long they can be restored, Maintenance:KeepDeletedFor says. The response header offset, when there is one, is the cursor of the next page.")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

        routes.MapPost("/artifacts/{artifact_type}/{id}/restore", RestoreAsync)
            .WithName("ArtifactRestore").WithSummary("Bring this deleted artifact back")
            .WithDescription("Under the same id, with all revisions, the rating and the audit trail that it had. 404 when it cannot be restored any more, 409 when it is there or another artifact has its URL by now.")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(507);
    }

    private static async Task<JsonAnswer<IReadOnlyList<Wire.DeletedArtifact>>> ListAsync(
        HttpContext context, ArtifactRestorer restorer, string? offset = null, int limit = Paging.DefaultLimit)
    {
        var page = await restorer.ListAsync(offset, Paging.Checked(limit), context.RequestAborted);
        return JsonAnswer.Ok(Paging.Answer(context, page, entry => ToWire(entry, restorer.RestorableUntil(entry))));
    }

    private static async Task<JsonAnswer<Wire.Artifact>> RestoreAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, ArtifactRestorer restorer, TimeProvider time)
    {
        var user = Caller.Of(context).User;
        try
        {
            var restored = await restorer.RestoreAsync(key.Id, key.ArtifactType.Value, user.Name, user.IsAdmin, context.RequestAborted);
            await catalog.Audit.RecordAsync(context, restored, AuditAction.Update, time);
            return JsonAnswer.Ok(restored.ToWire(context.Request));
        }
        catch (DuplicateUrlException e)
        {
            throw new ProblemException(Problem.Of(
                409, "URL is taken", $"The artifact {e.Existing} has been registered from the URL of this one since it was deleted. Delete that one first, then restore this one.", ("artifact_id", e.Existing.ToString())));
        }
    }

    private static Wire.DeletedArtifact ToWire(DeletedArtifact entry, DateTimeOffset until) => new()
    {
        Id = entry.Id.ToString(),
        Type = entry.Artifact.Type.ToWire(),
        Name = entry.Artifact.Name,
        Url = entry.Artifact.Url,
        Size = entry.Artifact.Head.TotalSize,
        FileCount = entry.Artifact.Head.FileCount,
        DeletedAt = entry.DeletedAt.UtcDateTime,
        DeletedBy = entry.DeletedBy,
        RestorableUntil = until.UtcDateTime,
    };
}
