using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Search;

internal static class SearchEndpoints
{
    // Neither operation of the contract has pages, so the first one holds as much as a page can.
    private const int DefaultLimit = 1000;

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/artifact/byName/{**name}", ByNameAsync)
            .WithName("ArtifactByNameGet").WithSummary("List artifact metadata for this name")
            .WithTags("Search")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

        routes.MapPost("/artifact/byRegEx", ByRegExAsync)
            .WithName("ArtifactByRegExGet").WithSummary("Get any artifacts fitting the regular expression")
            .WithDescription("Searched for in names and cards, not anchored, by a linear-time engine: no look-around and no back-references.")
            .WithTags("Search")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<JsonAnswer<IReadOnlyList<Wire.ArtifactMetadata>>> ByNameAsync(
        string name, HttpContext context, ICatalog catalog, string? offset = null, int limit = DefaultLimit)
    {
        var exact = RawPath.After(context, "/artifact/byName/") ?? name;
        if (ArtifactName.Problem(exact) is { } problem) throw new ProblemException(400, "Bad name", problem);
        var page = await catalog.Artifacts.ListAsync([new(exact, [])], offset, Paging.Checked(limit), context.RequestAborted);
        if (page.Items.Count == 0 && offset is null) throw new ProblemException(404, "No such artifact", "No artifact has exactly this name. POST /artifact/byRegEx finds parts of names.");
        return JsonAnswer.Ok(Paging.Answer(context, page, a => a.ToMetadata()));
    }

    private static async Task<JsonAnswer<IReadOnlyList<Wire.ArtifactMetadata>>> ByRegExAsync(
        Wire.ArtifactRegEx request, HttpContext context, ICatalog catalog, string? offset = null, int limit = DefaultLimit)
    {
        var pattern = SearchPattern.Parse(request.Regex);
        var page = await catalog.Artifacts.SearchAsync(pattern, offset, Paging.Checked(limit), context.RequestAborted);
        if (page.Items.Count == 0 && offset is null) throw new ProblemException(404, "Nothing found", "No artifact's name or card matches the regular expression.");
        return JsonAnswer.Ok(Paging.Answer(context, page, a => a.ToMetadata()));
    }
}
