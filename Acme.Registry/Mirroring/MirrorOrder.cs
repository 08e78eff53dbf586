using System.Text.Json.Serialization;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Mirroring;

/// <summary>Which revision's remote files are to be fetched, and on whose behalf; the payload of a job.</summary>
public sealed record MirrorOrder
{
    /// <summary>The artifact.</summary>
    public required ArtifactId Artifact { get; init; }

    /// <summary>The revision; see <see cref="Revision.Id"/>.</summary>
    public required string Revision { get; init; }

    /// <summary>The catalog's epoch when the order was given.</summary>
    public required long Epoch { get; init; }

    /// <summary>Only this content; null for all.</summary>
    public Sha256Digest? Only { get; init; }

    /// <summary>Who published the revision or, where it is fetched on demand, first asked for it.</summary>
    public required string UserName { get; init; }

    /// <summary>Whether that user is an admin.</summary>
    public required bool IsAdmin { get; init; }
}

/// <summary>Serialisation of orders that wait as jobs.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MirrorOrder))]
internal sealed partial class MirrorJson : JsonSerializerContext;
