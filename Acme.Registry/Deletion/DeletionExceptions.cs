using Acme.Registry.Artifacts;

namespace Acme.Registry.Deletion;

/// <summary>There is no deleted artifact with this id, or not any more.</summary>
public sealed class NotRestorableException(ArtifactId id) : Exception($"There is no deleted artifact {id} that can be restored.");

/// <summary>What was to be brought back is there.</summary>
public sealed class ArtifactNotDeletedException(ArtifactId id) : Exception($"The artifact {id} is there.")
{
    /// <summary>The artifact.</summary>
    public ArtifactId Id { get; } = id;
}
