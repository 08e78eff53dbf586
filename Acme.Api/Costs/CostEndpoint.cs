using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Cost;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Costs;

internal static class CostEndpoint
{
    public static void MapCosts(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/artifact/{artifact_type}/{id}/cost", GetAsync)
            .WithName("ArtifactCostGet").WithSummary("Get the cost of this artifact in megabytes (10^6 bytes) to download")
            .WithDescription("With dependency=true every node of the dependency closure has an entry; each node counts once. unique_cost of the asked artifact counts files that several of them share once.")
            .WithTags("Costs")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(500);

    private static async Task<JsonAnswer<IReadOnlyDictionary<string, Wire.ArtifactCost>>> GetAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, CostCalculator calculator, bool dependency = false)
    {
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var costs = await calculator.CalculateAsync(artifact, dependency, context.RequestAborted);
        return JsonAnswer.Ok<IReadOnlyDictionary<string, Wire.ArtifactCost>>(costs.ToDictionary(
            c => c.Key.ToString(),
            c => new Wire.ArtifactCost { StandaloneCost = dependency ? c.Value.Standalone : null, TotalCost = c.Value.Total, UniqueCost = c.Value.Unique }));
    }
}
