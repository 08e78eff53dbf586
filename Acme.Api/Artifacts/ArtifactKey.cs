using System.Diagnostics.CodeAnalysis;
using Acme.Api.Problems;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Acme.Api.Artifacts;

/// <summary>The type in a path: exactly one of the contract's words.</summary>
internal readonly record struct TypeSegment(ArtifactType Value) : IParsable<TypeSegment>
{
    public static TypeSegment Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException("The type is model, dataset or code.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TypeSegment result)
    {
        var known = ArtifactTypes.TryParse(s, out var type);
        result = new(type);
        return known;
    }
}

/// <summary>Type and id, as most paths have them.</summary>
internal readonly record struct ArtifactKey(
    [FromRoute(Name = "artifact_type")] TypeSegment ArtifactType,
    [FromRoute(Name = "id")] ArtifactId Id);

internal static class ArtifactLookup
{
    /// <summary>The artifact, or 404; a known id under another type is 404 too.</summary>
    public static Task<Versioned<Artifact>> GetAsync(this IArtifactStore artifacts, ArtifactKey key, CancellationToken cancellationToken) =>
        artifacts.GetAsync(key.Id, key.ArtifactType.Value, cancellationToken);

    /// <summary>The artifact, or 404; a known id under another type is 404 too.</summary>
    public static async Task<Versioned<Artifact>> GetAsync(
        this IArtifactStore artifacts, ArtifactId id, ArtifactType type, CancellationToken cancellationToken)
    {
        var found = await artifacts.FindAsync(id, cancellationToken);
        return found is not null && found.Item.Type == type ? found : throw new ProblemException(Problem.NoSuchArtifact());
    }
}
