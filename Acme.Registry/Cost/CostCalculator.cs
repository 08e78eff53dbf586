using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Storage;

namespace Acme.Registry.Cost;

/// <summary>What an artifact costs to download, in megabytes of 10^6 bytes.</summary>
/// <param name="Standalone">All files of the artifact itself.</param>
/// <param name="Total">The artifact and everything it depends on, each once.</param>
public sealed record ArtifactCost(double Standalone, double Total);

/// <summary>Adds up what artifacts and their dependencies cost: parents in the lineage, datasets and code, where they are registered.</summary>
public sealed class CostCalculator(ICatalog catalog)
{
    private const double Megabyte = 1e6;

    /// <summary>
    /// The cost of the artifact; with dependencies, of every artifact in its closure, each with its own total. Cycles are survived,
    /// and the limits of <see cref="LineageService"/> hold here too.
    /// </summary>
    public async Task<IReadOnlyDictionary<ArtifactId, ArtifactCost>> CalculateAsync(
        Artifact artifact, bool withDependencies, CancellationToken cancellationToken = default)
    {
        var sizes = new Dictionary<ArtifactId, long> { [artifact.Id] = artifact.Head.TotalSize };
        var dependencies = new Dictionary<ArtifactId, List<ArtifactId>>();
        if (withDependencies) await FollowAsync(artifact, sizes, dependencies, cancellationToken);
        return sizes.ToDictionary(s => s.Key, s => new ArtifactCost(s.Value / Megabyte, Closure(s.Key, dependencies).Sum(id => sizes[id]) / Megabyte));
    }

    private async Task FollowAsync(
        Artifact artifact, Dictionary<ArtifactId, long> sizes, Dictionary<ArtifactId, List<ArtifactId>> dependencies, CancellationToken cancellationToken)
    {
        var resolver = new ReferenceResolver(catalog);
        var waiting = new Queue<(Artifact Artifact, int Depth)>([(artifact, 0)]);
        while (waiting.TryDequeue(out var next))
        {
            var of = dependencies[next.Artifact.Id] = [];
            foreach (var reference in next.Artifact.Parents)
            {
                if (await resolver.FindAsync(reference, next.Artifact.Id, cancellationToken) is not { } dependency) continue;
                if (!sizes.ContainsKey(dependency.Id))
                {
                    if (next.Depth == LineageService.MaxDepth || sizes.Count == LineageService.MaxNodes) continue;
                    sizes.Add(dependency.Id, dependency.Head.TotalSize);
                    waiting.Enqueue((dependency, next.Depth + 1));
                }
                of.Add(dependency.Id);
            }
        }
    }

    private static HashSet<ArtifactId> Closure(ArtifactId start, Dictionary<ArtifactId, List<ArtifactId>> dependencies)
    {
        var reached = new HashSet<ArtifactId> { start };
        var waiting = new Stack<ArtifactId>([start]);
        while (waiting.TryPop(out var id))
        {
            foreach (var dependency in dependencies.GetValueOrDefault(id) ?? [])
            {
                if (reached.Add(dependency)) waiting.Push(dependency);
            }
        }
        return reached;
    }
}
