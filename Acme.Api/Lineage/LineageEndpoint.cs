using Acme.Api.Hosting;
using System.Text.Json;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Client;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Lineage;

internal static class LineageEndpoint
{
    public static void MapLineage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/artifact/model/{id}/lineage", GetAsync)
            .WithName("ArtifactLineageGet").WithSummary("Retrieve the lineage graph of this model")
            .WithDescription("Edges run from parent to child. What is named but not registered is a node with an id derived from its name.")
            .WithTags("Lineage")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private static async Task<JsonAnswer<Wire.ArtifactLineageGraph>> GetAsync(ArtifactId id, HttpContext context, ICatalog catalog, LineageService lineage)
    {
        var model = await catalog.Artifacts.GetAsync(id, ArtifactType.Model, context.RequestAborted);
        var graph = await lineage.GetGraphAsync(model.Item, context.RequestAborted);
        return JsonAnswer.Ok(new Wire.ArtifactLineageGraph
        {
            Nodes = [.. graph.Nodes.Select(ToWire)],
            Edges = [.. graph.Edges.Select(e => new Wire.ArtifactLineageEdge { FromNodeArtifactId = e.From, ToNodeArtifactId = e.To, Relationship = e.Relationship })],
        });
    }

    private static Wire.ArtifactLineageNode ToWire(LineageNode node) => new()
    {
        Node = node.Id,
        ArtifactId = node.Id,
        Name = node.Name,
        Source = node.Source,
        Metadata = node.Metadata.ToDictionary(m => m.Key, m => JsonSerializer.SerializeToElement(m.Value, ContractJson.Default.String)),
    };
}
