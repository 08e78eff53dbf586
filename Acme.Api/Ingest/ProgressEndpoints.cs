using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Ingest;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ingest;

/// <summary>How far an ingest is, and cancelling it.</summary>
internal static class ProgressEndpoints
{
    public static void MapIngestProgress(this IEndpointRouteBuilder routes)
    {
        var progress = routes.MapGroup("/artifact/{artifact_type}/{id}/progress").WithTags("Ingest")
            .RequirePermission(Permissions.Upload)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

        progress.MapGet("", GetAsync)
            .WithName("ArtifactIngestProgress").WithSummary("How far is the ingest of this artifact?")
            .WithDescription("The id is that of the 202, or what the upload was given as follow. Step by step at the instance that does the work; others say elsewhere. What became of an ingest that was refused is known for an hour, and at that instance only.");

        progress.MapDelete("", CancelAsync)
            .WithName("ArtifactIngestCancel").WithSummary("Cancel the ingest of this artifact")
            .WithDescription("Nothing is registered, unless the last write was under way already.")
            .ProducesProblem(409);
    }

    private static async Task<JsonAnswer<Wire.IngestProgress>> GetAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, IngestBoard board, TimeProvider time)
    {
        var id = key.Id.ToString();
        var here = board.Find(id);
        var job = here is null or { Step: IngestStep.Refused } ? await catalog.Jobs.FindAsync(Ingestor.JobIdOf(key.Id), context.RequestAborted) : null;
        if (here is not null)
        {
            // What failed for now is tried again by its job.
            return JsonAnswer.Ok(ToWire(here) with { Stage = job is null ? StageOf(here.Step) : Wire.IngestStage.Waiting });
        }
        var now = time.GetUtcNow();
        if (await catalog.Artifacts.FindAsync(key.Id, context.RequestAborted) is { } found && found.Item.Type == key.ArtifactType.Value)
            return JsonAnswer.Ok(new Wire.IngestProgress { Id = id, Stage = Wire.IngestStage.Published, At = found.Item.Head.CreatedAt.UtcDateTime });
        if (job is null) throw new ProblemException(404, "No such ingest", "There is no such artifact, and no ingest of it is waiting. It may have been refused at another instance, or more than an hour ago.");
        var isHeld = job.Owner is not null && job.LeasedUntil > now;
        return JsonAnswer.Ok(new Wire.IngestProgress { Id = id, Stage = isHeld ? Wire.IngestStage.Elsewhere : Wire.IngestStage.Waiting, At = now.UtcDateTime });
    }

    private static async Task<NoContent> CancelAsync([AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, Ingestor ingestor)
    {
        if (ingestor.Cancel(key.Id)) return TypedResults.NoContent();
        if (await catalog.Artifacts.FindAsync(key.Id, context.RequestAborted) is not null)
            throw new ProblemException(409, "Published already", "The artifact is there. DELETE /artifacts/{type}/{id} takes it away.");
        throw await catalog.Jobs.FindAsync(Ingestor.JobIdOf(key.Id), context.RequestAborted) is null
            ? new ProblemException(404, "No such ingest", "No ingest of this artifact is waiting or under way.")
            : new ProblemException(409, "Not under way here", "The ingest waits or is under way at another instance. Ask again, or delete the artifact once it is there.");
    }

    private static Wire.IngestProgress ToWire(IngestState state) => new()
    {
        Id = state.Id.ToString(),
        Stage = StageOf(state.Step),
        FilesDone = state.FilesDone,
        FilesTotal = state.FilesTotal,
        BytesDone = state.BytesDone,
        BytesTotal = state.BytesTotal,
        Reasons = state.Reasons.Count == 0 ? null : state.Reasons,
        At = state.At.UtcDateTime,
    };

    private static Wire.IngestStage StageOf(IngestStep step) => step switch
    {
        IngestStep.Waiting => Wire.IngestStage.Waiting,
        IngestStep.Fetching => Wire.IngestStage.Fetching,
        IngestStep.Storing => Wire.IngestStage.Storing,
        IngestStep.Rating => Wire.IngestStage.Rating,
        IngestStep.Publishing => Wire.IngestStage.Publishing,
        IngestStep.Published => Wire.IngestStage.Published,
        IngestStep.Refused => Wire.IngestStage.Refused,
        _ => Wire.IngestStage.Cancelled,
    };
}
