using Acme.Client.Contract;

namespace Acme.Web.Pages.Artifacts;

/// <summary>What every tab of an artifact's page knows about it.</summary>
public sealed record ArtifactView
{
    /// <summary>Artifact category.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Url { get; init; }
}
