using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Lineage;

/// <summary>Follows what artifacts name as their origins, as the catalog is now.</summary>
public sealed class LineageService(ICatalog catalog)
{
    /// <summary>Most steps from the model to an ancestor.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most nodes of one graph.</summary>
    public const int MaxNodes = 1000;

    /// <summary>The artifact and all its ancestors, models and datasets; an artifact that is its own ancestor is there once.</summary>
    /// <exception cref="LineageUnavailableException">The artifact's configuration is malformed.</exception>
    public async Task<LineageGraph> GetGraphAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        if (artifact.LineageProblem is { } problem) throw new LineageUnavailableException(problem);
        var resolver = new ReferenceResolver(catalog);
        var nodes = new Dictionary<string, LineageNode>(StringComparer.Ordinal);
        var edges = new Dictionary<(string, string), LineageEdge>();
        var isComplete = true;
        var waiting = new Queue<(Artifact Child, int Depth)>();
        nodes.Add(artifact.Id.ToString(), Registered(artifact, "registry"));
        waiting.Enqueue((artifact, 0));
        while (waiting.TryDequeue(out var next))
        {
            var (child, depth) = next;
            foreach (var reference in child.Parents.Where(r => r.Type != ArtifactType.Code))
            {
                var parent = await resolver.FindAsync(reference, child.Id, cancellationToken);
                var node = parent is null ? External(reference) : Registered(parent, reference.Source);
                if ((depth == MaxDepth || nodes.Count == MaxNodes) && !nodes.ContainsKey(node.Id))
                {
                    isComplete = false;
                    continue;
                }
                if (nodes.TryAdd(node.Id, node) && parent is not null) waiting.Enqueue((parent, depth + 1));
                edges.TryAdd((node.Id, child.Id.ToString()), new(node.Id, child.Id.ToString(), reference.Relationship));
            }
        }
        return new([.. nodes.Values], [.. edges.Values], isComplete);
    }

    private static LineageNode Registered(Artifact artifact, string source) => new(
        artifact.Id.ToString(),
        artifact.Name,
        source,
        new Dictionary<string, string> { ["type"] = artifact.Type.Word(), ["registered"] = "true", ["repository_url"] = artifact.Url });

    private static LineageNode External(LineageReference reference) => new(
        "external-" + Sha256Digest.Of(Encoding.UTF8.GetBytes($"{reference.Type.Word()}\0{reference.Name.ToLowerInvariant()}")).ToString()[..24],
        reference.Name,
        reference.Source,
        new Dictionary<string, string> { ["type"] = reference.Type.Word(), ["registered"] = "false" });
}
