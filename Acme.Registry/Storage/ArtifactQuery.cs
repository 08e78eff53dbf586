using Acme.Registry.Artifacts;
using Acme.Registry.Search;

namespace Acme.Registry.Storage;

/// <summary>Conditions on artifacts, of which all must hold, and an order.</summary>
public sealed record ArtifactQuery
{
    /// <summary>Found in the name or the card; null for any.</summary>
    public SearchPattern? Pattern { get; init; }

    /// <summary>One of these types; empty for any.</summary>
    public IReadOnlyCollection<ArtifactType> Types { get; init; } = [];

    /// <summary>Has all of these, compared exactly; see <see cref="Artifact.Labels"/>.</summary>
    public IReadOnlyCollection<string> Labels { get; init; } = [];

    /// <summary>Rated, with a net score of at least this; null for any, unrated ones included.</summary>
    public double? MinNetScore { get; init; }

    /// <summary>The order of the listing.</summary>
    public ArtifactOrder Order { get; init; } = ArtifactOrder.Newest;
}

/// <summary>In which order artifacts are listed. What is equal in it stands in a stable total order, which is the driver's business.</summary>
public enum ArtifactOrder
{
    /// <summary>By <see cref="Artifact.CreatedAt"/>, the latest first.</summary>
    Newest,

    /// <summary>By name, in the order of its UTF-8 bytes.</summary>
    Name,

    /// <summary>By net score, the best first; those without a rating after all that have one.</summary>
    NetScore,
}

/// <summary>How many artifacts there are.</summary>
/// <param name="ByType">Of each type, those included of which there are none.</param>
/// <param name="Rejected">Those that the policy rejects, be it enforced or not.</param>
public sealed record ArtifactCounts(IReadOnlyDictionary<ArtifactType, long> ByType, long Rejected);
