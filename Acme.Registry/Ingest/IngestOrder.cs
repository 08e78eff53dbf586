using System.Text.Json.Serialization;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Ingest;

/// <summary>What is to be taken in, for whom; everything that a later process needs to do it again.</summary>
public sealed record IngestOrder
{
    /// <summary>Id the artifact has or will have.</summary>
    public required ArtifactId Id { get; init; }

    /// <summary>Its type.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it comes from, as the user wrote it; null for an upload without one, which is then known by its name and contents.</summary>
    public string? Url { get; init; }

    /// <summary>Whether it replaces the contents of an artifact that is there, rather than making a new one.</summary>
    public bool Replaces { get; init; }

    /// <summary>The catalog's epoch when the order was given.</summary>
    public required long Epoch { get; init; }

    /// <summary>Who ordered it.</summary>
    public required string UserName { get; init; }

    /// <summary>Whether that user is an admin.</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>From which network address.</summary>
    public string? Address { get; init; }
}

/// <summary>Serialisation of orders that wait as jobs.</summary>
[JsonSerializable(typeof(IngestOrder))]
internal sealed partial class IngestJson : JsonSerializerContext;
