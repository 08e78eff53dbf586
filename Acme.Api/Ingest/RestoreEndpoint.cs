using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Ingest;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Mvc;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ingest;

/// <summary>Takes a replacement of contents back.</summary>
internal static class RestoreEndpoint
{
    public static void MapRestore(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/artifacts/{artifact_type}/{id}/revisions/{revision}/restore", RestoreAsync)
            .WithName("ArtifactRevisionRestore").WithSummary("Make an earlier revision of this artifact the current one again")
            .WithDescription("Adds a revision with the files of the earlier one; those that were current stay. Its rating comes back, by the policy in force. Nothing happens where it is current already.")
            .WithTags("Ingest")
            .RequirePermission(Permissions.Upload)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(424).ProducesProblem(507);

    private static async Task<JsonAnswer<Wire.Artifact>> RestoreAsync(
        [AsParameters] ArtifactKey key, [FromRoute] string revision, HttpContext context, ICatalog catalog, RevisionRestorer restorer)
    {
        var present = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var order = await IngestEndpoints.OrderAsync(context, catalog, present.Id, present.Type, present.Name, null);
        try
        {
            return JsonAnswer.Ok((await restorer.RestoreAsync(order, revision, context.RequestAborted)).ToWire(context.Request));
        }
        catch (DuplicateUrlException e)
        {
            throw new ProblemException(Problem.Of(
                409, "URL is taken", $"The artifact {e.Existing} has been registered from the URL of this revision meanwhile. Delete that one first.", ("artifact_id", e.Existing.ToString())));
        }
    }
}
