using System.Text.Json;

namespace Acme.Client.Contract;

/// <summary>Where an artifact comes from.</summary>
public sealed record ArtifactLineageGraph
{
    /// <summary>The artifact itself and everything it comes from.</summary>
    public required IReadOnlyList<ArtifactLineageNode> Nodes { get; init; }

    /// <summary>From parent to child.</summary>
    public required IReadOnlyList<ArtifactLineageEdge> Edges { get; init; }
}

/// <summary>An artifact, or something outside the registry, in a lineage graph.</summary>
public sealed record ArtifactLineageNode
{
    /// <summary>The contract's schema requires a member of this name; it repeats <see cref="ArtifactId"/>.</summary>
    public required string Node { get; init; }

    /// <summary>Id of the artifact, or one derived from its name when it is not registered.</summary>
    public required string ArtifactId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How the node was found, such as <c>config_json</c>.</summary>
    public required string Source { get; init; }

    /// <summary>More about the node.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}

/// <summary>A parent's relation to its child.</summary>
public sealed record ArtifactLineageEdge
{
    /// <summary>The parent.</summary>
    public required string FromNodeArtifactId { get; init; }

    /// <summary>The child.</summary>
    public required string ToNodeArtifactId { get; init; }

    /// <summary>Such as <c>base_model</c>.</summary>
    public required string Relationship { get; init; }
}
