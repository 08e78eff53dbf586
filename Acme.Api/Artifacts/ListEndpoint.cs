using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

internal static class ListEndpoint
{
    private const int MaxQueries = 100;

    public static void MapArtifactList(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/artifacts", ListAsync)
            .WithName("ArtifactsList").WithSummary("Get the artifacts that fit any of the queries")
            .WithDescription("The name * stands for every artifact. The response header offset, when there is one, is the cursor of the next page.")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(413);

    private static async Task<JsonAnswer<IReadOnlyList<Wire.ArtifactMetadata>>> ListAsync(
        IReadOnlyList<Wire.ArtifactQuery> queries, HttpContext context, ICatalog catalog, string? offset = null, int limit = Paging.DefaultLimit)
    {
        if (queries.Count == 0) throw new ProblemException(400, "No query", "Send at least one query; [{\"name\": \"*\"}] lists everything.");
        if (queries.Count > MaxQueries) throw new ProblemException(413, "Too many queries", $"Send at most {MaxQueries} queries in one call.");
        foreach (var query in queries)
        {
            if (query is null || query.Name.Length == 0) throw new ProblemException(400, "Bad query", "Each query is an object with a name that is not empty.");
        }

        var filters = queries.Select(q => new ArtifactFilter(q.Name == "*" ? null : q.Name, [.. (q.Types ?? []).Select(t => t.ToDomain())])).ToArray();
        var page = await catalog.Artifacts.ListAsync(filters, offset, Paging.Checked(limit), context.RequestAborted);
        return JsonAnswer.Ok(Paging.Answer(context, page, a => a.ToMetadata()));
    }
}
