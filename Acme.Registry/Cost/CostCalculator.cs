using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Lineage;
using Acme.Registry.Storage;

namespace Acme.Registry.Cost;

/// <summary>What an artifact costs to download, in megabytes of 10^6 bytes.</summary>
/// <param name="Standalone">All files of the artifact itself.</param>
/// <param name="Total">The artifact and everything it depends on, each once.</param>
/// <param name="Unique">As <paramref name="Total"/>, with files that several of them share (by digest) counted once; of the asked artifact, with dependencies.</param>
public sealed record ArtifactCost(double Standalone, double Total, double? Unique = null);

/// <summary>Adds up what artifacts and their dependencies cost: parents in the lineage, datasets and code, where they are registered.</summary>
public sealed class CostCalculator(ICatalog catalog, RevisionReader revisions)
{
    private const double Megabyte = 1e6;

    /// <summary>
    /// The cost of the artifact; with dependencies, of every artifact in its closure, each with its own total. Cycles are survived,
    /// and the limits of <see cref="LineageService"/> hold here too.
    /// </summary>
    public async Task<IReadOnlyDictionary<ArtifactId, ArtifactCost>> CalculateAsync(
        Artifact artifact, bool withDependencies, CancellationToken cancellationToken = default)
    {
        var closure = new Dictionary<ArtifactId, Artifact> { [artifact.Id] = artifact };
        var dependencies = new Dictionary<ArtifactId, List<ArtifactId>>();
        if (withDependencies) await FollowAsync(artifact, closure, dependencies, cancellationToken);
        double? unique = withDependencies ? await UniqueAsync(closure.Values, cancellationToken) : null;
        return closure.ToDictionary(a => a.Key, a => new ArtifactCost(
            a.Value.Head.TotalSize / Megabyte,
            Closure(a.Key, dependencies).Sum(id => closure[id].Head.TotalSize) / Megabyte,
            a.Key == artifact.Id ? unique / Megabyte : null));
    }

    /// <summary>Bytes of all files, each digest once; nothing when one of the artifacts is deleted meanwhile.</summary>
    private async Task<double?> UniqueAsync(IEnumerable<Artifact> artifacts, CancellationToken cancellationToken)
    {
        var counted = new HashSet<Sha256Digest>();
        double bytes = 0;
        try
        {
            foreach (var artifact in artifacts)
            {
                foreach (var entry in (await revisions.GetManifestAsync(artifact.Head, cancellationToken)).Entries)
                {
                    if (counted.Add(entry.Digest)) bytes += entry.Size;
                }
            }
            return bytes;
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    private async Task FollowAsync(
        Artifact artifact, Dictionary<ArtifactId, Artifact> closure, Dictionary<ArtifactId, List<ArtifactId>> dependencies, CancellationToken cancellationToken)
    {
        var resolver = new ReferenceResolver(catalog);
        var waiting = new Queue<(Artifact Artifact, int Depth)>([(artifact, 0)]);
        while (waiting.TryDequeue(out var next))
        {
            var of = dependencies[next.Artifact.Id] = [];
            foreach (var reference in next.Artifact.Parents)
            {
                if (await resolver.FindAsync(reference, next.Artifact.Id, cancellationToken) is not { } dependency) continue;
                if ((next.Depth == LineageService.MaxDepth || closure.Count == LineageService.MaxNodes) && !closure.ContainsKey(dependency.Id)) continue;
                if (closure.TryAdd(dependency.Id, dependency)) waiting.Enqueue((dependency, next.Depth + 1));
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
