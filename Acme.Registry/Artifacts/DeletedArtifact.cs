namespace Acme.Registry.Artifacts;

/// <summary>An artifact that was deleted and can be brought back for a time.</summary>
/// <param name="Artifact">Its record as it was; the blobs that it refers to are kept.</param>
/// <param name="DeletedAt">When (UTC).</param>
/// <param name="DeletedBy">The user who deleted it.</param>
public sealed record DeletedArtifact(Artifact Artifact, DateTimeOffset DeletedAt, string DeletedBy)
{
    /// <summary>Names the artifact.</summary>
    public ArtifactId Id => Artifact.Id;
}
