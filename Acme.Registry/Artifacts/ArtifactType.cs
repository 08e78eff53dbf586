namespace Acme.Registry.Artifacts;

/// <summary>What an artifact is. The names, in lower case, are those of the wire contract.</summary>
public enum ArtifactType
{
    /// <summary>A machine-learning model: weights, configuration and card.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,

    /// <summary>A code repository.</summary>
    Code,
}

/// <summary>The contract's spelling of <see cref="ArtifactType"/>.</summary>
public static class ArtifactTypes
{
    /// <summary>Every type, in the order of the contract.</summary>
    public static IReadOnlyList<ArtifactType> All { get; } = [ArtifactType.Model, ArtifactType.Dataset, ArtifactType.Code];

    /// <summary>The word of the contract: <c>model</c>, <c>dataset</c> or <c>code</c>.</summary>
    public static string Word(this ArtifactType type) => type switch
    {
        ArtifactType.Model => "model",
        ArtifactType.Dataset => "dataset",
        _ => "code",
    };

    /// <summary>Reads the contract's word, case-sensitively.</summary>
    public static bool TryParse(string? word, out ArtifactType type)
    {
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.Word(), word, StringComparison.Ordinal))
            {
                type = candidate;
                return true;
            }
        }
        type = default;
        return false;
    }
}
