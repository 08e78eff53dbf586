using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Audit;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Audit;

internal static class AuditEndpoint
{
    // The operation of the contract has no pages, so the first one holds as much as a page can.
    private const int DefaultLimit = 1000;

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/artifact/{artifact_type}/{id}/audit", AuditAsync)
            .WithName("ArtifactAuditGet").WithSummary("Retrieve the audit trail of this artifact, oldest first")
            .WithTags("Audit")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private static async Task<JsonAnswer<IReadOnlyList<Wire.ArtifactAuditEntry>>> AuditAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, TimeProvider time, string? offset = null, int limit = DefaultLimit)
    {
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var page = await catalog.Audit.ListAsync(artifact.Id, offset, Paging.Checked(limit), context.RequestAborted);
        await catalog.Audit.RecordAsync(context, artifact, AuditAction.Audit, time);
        var forAdmin = Caller.Of(context).User.IsAdmin;
        return JsonAnswer.Ok(Paging.Answer(context, page, e => ToWire(e, forAdmin)));
    }

    private static Wire.ArtifactAuditEntry ToWire(AuditEntry entry, bool forAdmin) => new()
    {
        User = new() { Name = entry.UserName, IsAdmin = entry.IsAdmin },
        Date = entry.At.UtcDateTime,
        Artifact = new() { Name = entry.ArtifactName, Id = entry.ArtifactId.ToString(), Type = entry.ArtifactType.ToWire() },
        Action = entry.Action switch
        {
            AuditAction.Create => Wire.AuditAction.Create,
            AuditAction.Download => Wire.AuditAction.Download,
            AuditAction.Rate => Wire.AuditAction.Rate,
            AuditAction.Audit => Wire.AuditAction.Audit,
            _ => Wire.AuditAction.Update,
        },
        Address = forAdmin ? entry.Address : null,
    };
}
