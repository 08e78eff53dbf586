using Acme.Registry.Artifacts;

namespace Acme.Registry.Audit;

/// <summary>One thing that someone did to an artifact.</summary>
public sealed record AuditEntry
{
    /// <summary>The artifact.</summary>
    public required ArtifactId ArtifactId { get; init; }

    /// <summary>Its type then.</summary>
    public required ArtifactType ArtifactType { get; init; }

    /// <summary>Its name then.</summary>
    public required string ArtifactName { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>Who did it.</summary>
    public required string UserName { get; init; }

    /// <summary>Whether that user was an admin then.</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The client's network address, where the call came over the network.</summary>
    public string? Address { get; init; }
}

/// <summary>What can be done to an artifact.</summary>
public enum AuditAction
{
    /// <summary>It was registered.</summary>
    Create,

    /// <summary>Its contents were replaced, or it was brought back after it had been deleted.</summary>
    Update,

    /// <summary>Contents were fetched.</summary>
    Download,

    /// <summary>Its rating was read.</summary>
    Rate,

    /// <summary>Its audit trail was read.</summary>
    Audit,

    /// <summary>It was deleted. Beyond the contract: over the REST API nobody can read the trail of a deleted artifact, and that of one that was brought back tells it as an update.</summary>
    Delete,
}
