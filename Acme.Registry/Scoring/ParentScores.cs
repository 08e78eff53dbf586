using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring;

/// <summary>
/// The present net scores of a model's registered parents, theirs in turn being those of theirs, so that the order in which
/// models were registered does not matter. A model that is its own ancestor counts no second time on the way.
/// </summary>
internal sealed class ParentScores(ICatalog catalog, RatingService ratings)
{
    private const int MaxDepth = 32;
    private const int MaxModels = 200;

    private readonly ReferenceResolver _resolver = new(catalog);
    private readonly HashSet<ArtifactId> _path = [];
    private int _modelsLeft = MaxModels;

    /// <summary>The parents, in ordinal order of their ids.</summary>
    public async Task<IReadOnlyList<ParentFact>> OfAsync(ArtifactId child, IReadOnlyList<LineageReference> references, CancellationToken cancellationToken)
    {
        var parents = new Dictionary<ArtifactId, ParentFact>();
        if (_path.Count >= MaxDepth || !_path.Add(child)) return [];
        foreach (var reference in references.Where(r => r.Type == ArtifactType.Model))
        {
            var parent = await _resolver.FindAsync(reference, child, cancellationToken);
            if (parent?.Rating is null || _path.Contains(parent.Id) || parents.ContainsKey(parent.Id) || _modelsLeft-- <= 0) continue;
            var (rating, _) = await ratings.PresentAsync(parent, await OfAsync(parent.Id, parent.Parents, cancellationToken), cancellationToken);
            parents.Add(parent.Id, new(parent.Id, parent.Name, rating.NetScore));
        }
        _path.Remove(child);
        return [.. parents.Values.OrderBy(p => p.Id.ToString(), StringComparer.Ordinal)];
    }
}
