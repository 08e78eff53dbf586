using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Ingest;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ratings;

internal static class RatingEndpoints
{
    public static void MapRatings(this IEndpointRouteBuilder routes)
    {
        var model = routes.MapGroup("/artifact/model/{id}").WithTags("Ratings")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(500);

        model.MapGet("/rate", RateAsync)
            .WithName("ModelArtifactRate").WithSummary("Get the rating of this model")
            .WithDescription("Scores are 0..1, -1 where a metric is not applicable; latencies are seconds, as measured.");

        model.MapGet("/rating", ExplainAsync)
            .WithName("ModelArtifactRatingExplained").WithSummary("Get the rating of this model with the evidence it rests on")
            .WithDescription("Per metric: score, weight, latency, findings with their evidence, and what would raise it; beside them what the facts were read from, when, and what could not be read.");

        model.MapPost("/rating/replay", ReplayAsync)
            .WithName("ModelArtifactRatingReplay").WithSummary("Compute the rating of this model again from its stored facts, and compare")
            .WithDescription("Reads nothing but the stored facts, and changes nothing. The same facts give the same numbers.");
    }

    public static void MapRatingPreview(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/ratings/preview", PreviewAsync)
            .WithName("RatingPreview").WithSummary("What would the rating of this model be?")
            .WithDescription("Reads what a registration would read, within the time budget of Ingest:Budget, and registers nothing.")
            .WithTags("Ratings")
            .RequirePermission(Permissions.Upload)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(424).ProducesProblem(507);

    private static async Task<JsonAnswer<Wire.ExplainedRating>> PreviewAsync(Wire.RatingPreviewRequest request, HttpContext context, Ingestor ingestor, PolicySource policies) =>
        JsonAnswer.Ok((await ingestor.PreviewAsync(request.Url, context.RequestAborted)).ToExplained(policies.Current));

    private static async Task<JsonAnswer<Wire.ModelRating>> RateAsync(
        ArtifactId id, HttpContext context, ICatalog catalog, Ingestor ingestor, RatingService ratings, TimeProvider time) =>
        JsonAnswer.Ok((await GetAsync(id, context, catalog, ingestor, ratings, time)).ToWire());

    private static async Task<JsonAnswer<Wire.ExplainedRating>> ExplainAsync(
        ArtifactId id, HttpContext context, ICatalog catalog, Ingestor ingestor, RatingService ratings, PolicySource policies, TimeProvider time) =>
        JsonAnswer.Ok((await GetAsync(id, context, catalog, ingestor, ratings, time)).ToExplained(policies.Current));

    private static async Task<JsonAnswer<Wire.RatingReplay>> ReplayAsync(
        ArtifactId id, HttpContext context, ICatalog catalog, Ingestor ingestor, RatingService ratings, TimeProvider time)
    {
        var rating = await GetAsync(id, context, catalog, ingestor, ratings, time);
        return JsonAnswer.Ok(rating.ToReplay(ratings.Replay(rating.Facts)));
    }

    private static async Task<Rating> GetAsync(
        ArtifactId id, HttpContext context, ICatalog catalog, Ingestor ingestor, RatingService ratings, TimeProvider time)
    {
        await ingestor.WaitForPendingAsync(id, context.RequestAborted);
        var found = await catalog.Artifacts.GetAsync(id, ArtifactType.Model, context.RequestAborted);
        var rating = await ratings.GetAsync(found, context.RequestAborted);
        await catalog.Audit.RecordAsync(context, found.Item, AuditAction.Rate, time);
        return rating;
    }
}
