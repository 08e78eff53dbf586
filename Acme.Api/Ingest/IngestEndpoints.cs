using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ingest;

internal static class IngestEndpoints
{
    public static void MapIngest(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/artifact/{artifact_type}", CreateAsync)
            .WithName("ArtifactCreate").WithSummary("Register a new artifact from a URL")
            .WithDescription("Answers 201 when the ingest ends within the time budget, else 202; with Prefer: respond-async 202 at once. After 202 the artifact is 404 until it is published.")
            .WithTags("Ingest")
            .RequirePermission(Permissions.Upload)
            .Produces(202)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(424);

        routes.MapPut("/artifacts/{artifact_type}/{id}", ReplaceAsync)
            .WithName("ArtifactUpdate").WithSummary("Replace the contents of this artifact from a URL")
            .WithDescription("Name, id and type must match. Makes a new revision; the earlier ones stay.")
            .WithTags("Ingest")
            .RequirePermission(Permissions.Upload)
            .Produces(202)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(424);
    }

    private static async Task<Results<Created<Wire.Artifact>, Accepted<Wire.Artifact>>> CreateAsync(
        [FromRoute(Name = "artifact_type")] TypeSegment type, Wire.IngestRequest request, HttpContext context, ICatalog catalog, Ingestor ingestor)
    {
        var (source, url) = ingestor.SourceFor(request.Url);
        var order = await OrderAsync(context, catalog, ArtifactId.New(), type.Value, CheckedName(request.Name ?? source.NameFor(url)), request.Url);
        if (await ingestor.IngestAsync(order, WantsAsync(context), context.RequestAborted) is { } artifact) return Answer.Created(context, artifact);
        return TypedResults.Accepted(
            $"/artifacts/{order.Type.Word()}/{order.Id}",
            new Wire.Artifact
            {
                Metadata = new() { Name = order.Name, Id = order.Id.ToString(), Type = order.Type.ToWire() },
                Data = new() { Url = request.Url },
            });
    }

    private static async Task<Results<JsonAnswer<Wire.Artifact>, Accepted>> ReplaceAsync(
        [AsParameters] ArtifactKey key, Wire.Artifact body, HttpContext context, ICatalog catalog, Ingestor ingestor)
    {
        ingestor.SourceFor(body.Data.Url);
        var present = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        if (body.Metadata.Id != present.Id.ToString() || body.Metadata.Name != present.Name || body.Metadata.Type != present.Type.ToWire())
            throw new ProblemException(400, "Metadata does not match", "The name, id and type in the body must be those of the artifact. Only its contents can be replaced.");

        var order = (await OrderAsync(context, catalog, present.Id, present.Type, present.Name, body.Data.Url)) with { Replaces = true };
        return await ingestor.IngestAsync(order, WantsAsync(context), context.RequestAborted) is { } artifact
            ? JsonAnswer.Ok(artifact.ToWire(context.Request))
            : TypedResults.Accepted($"/artifacts/{order.Type.Word()}/{order.Id}");
    }

    /// <summary>An order on behalf of the caller.</summary>
    internal static async Task<IngestOrder> OrderAsync(
        HttpContext context, ICatalog catalog, ArtifactId id, ArtifactType type, string name, string? url)
    {
        var user = Caller.Of(context).User;
        return new()
        {
            Id = id,
            Type = type,
            Name = name,
            Url = url,
            Epoch = await catalog.GetEpochAsync(context.RequestAborted),
            UserName = user.Name,
            IsAdmin = user.IsAdmin,
            Address = context.AddressOf(),
        };
    }

    /// <summary>The name, or a problem.</summary>
    internal static string CheckedName(string name) =>
        ArtifactName.Problem(name) is { } problem ? throw new ProblemException(400, "Bad name", problem) : name;

    private static bool WantsAsync(HttpContext context) =>
        context.Request.Headers["Prefer"].Any(v => v?.Contains("respond-async", StringComparison.OrdinalIgnoreCase) == true);
}

internal static class Answer
{
    public static Created<Wire.Artifact> Created(HttpContext context, Artifact artifact) =>
        TypedResults.Created($"/artifacts/{artifact.Type.Word()}/{artifact.Id}", artifact.ToWire(context.Request));
}
