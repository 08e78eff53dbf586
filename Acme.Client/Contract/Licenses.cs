namespace Acme.Client.Contract;

/// <summary>Whether a model may be fine-tuned and used together with what it is made from, pair by pair.</summary>
public sealed record LicenseReport
{
    /// <summary>Whether the model's licence allows it and every pair fits.</summary>
    public required bool Compatible { get; init; }

    /// <summary>The model, its base models, its datasets and the code, each with its licence.</summary>
    public required IReadOnlyList<LicensedWork> Works { get; init; }

    /// <summary>Every pair that is combined, those in conflict first.</summary>
    public required IReadOnlyList<LicensePair> Pairs { get; init; }
}

/// <summary>Something with a licence.</summary>
public sealed record LicensedWork
{
    /// <summary><c>model</c>, <c>base_model</c>, <c>dataset</c> or <c>code</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Its name or URL.</summary>
    public required string Name { get; init; }

    /// <summary>SPDX identifier or expression; absent where none could be told.</summary>
    public string? License { get; init; }

    /// <summary>The licences in it, each with how much freedom it leaves; absent with <see cref="License"/>.</summary>
    public IReadOnlyList<LicenseTerms>? Terms { get; init; }
}

/// <summary>How much freedom a licence leaves.</summary>
public sealed record LicenseTerms
{
    /// <summary>Its SPDX identifier.</summary>
    public required string License { get; init; }

    /// <summary>
    /// <c>permissive</c>, <c>weak_copyleft</c>, <c>strong_copyleft</c>, <c>use_restricted</c>, <c>non_commercial</c>, <c>no_derivatives</c>, or
    /// <c>unknown</c> where the registry does not know the licence.
    /// </summary>
    public required string Family { get; init; }
}

/// <summary>Two works that are combined.</summary>
public sealed record LicensePair
{
    /// <summary>Name of the one.</summary>
    public required string First { get; init; }

    /// <summary>Name of the other; the same for a work on its own.</summary>
    public required string Second { get; init; }

    /// <summary>What the second is to the first: <c>itself</c>, <c>base_model</c>, <c>dataset</c> or <c>code</c>.</summary>
    public required string Relation { get; init; }

    /// <summary>Whether their licences fit together.</summary>
    public required bool Compatible { get; init; }

    /// <summary>Why, or why not.</summary>
    public required string Reason { get; init; }
}
