namespace Acme.Registry.Scoring.Findings;

/// <summary>The answer to one question about an artifact, with what it rests on.</summary>
public sealed record Finding
{
    /// <summary>Which question; unique within its metric.</summary>
    public required string Probe { get; init; }

    /// <summary>The answer.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>How much of it there is, in the unit that the probe documents; where a plain yes or no is not all.</summary>
    public double? Amount { get; init; }

    /// <summary>What the answer rests on.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>What would make the answer better.</summary>
    public string? Remediation { get; init; }

    /// <summary>The thing asked for is there.</summary>
    public static Finding True(string probe, string message, double? amount = null, params IReadOnlyList<Evidence> evidence) =>
        new() { Probe = probe, Outcome = Outcome.True, Message = message, Amount = amount, Evidence = [.. evidence.Take(MaxEvidence)] };

    /// <summary>It is not there.</summary>
    public static Finding False(string probe, string message, string remediation, params IReadOnlyList<Evidence> evidence) =>
        new() { Probe = probe, Outcome = Outcome.False, Message = message, Remediation = remediation, Evidence = [.. evidence.Take(MaxEvidence)] };

    /// <summary>Nothing was learnt about it.</summary>
    public static Finding NotLearnt(string probe, string why, string remediation, params IReadOnlyList<Evidence> evidence) =>
        new() { Probe = probe, Outcome = Outcome.NotLearnt, Message = why, Remediation = remediation, Evidence = [.. evidence.Take(MaxEvidence)] };

    /// <summary>The question does not arise.</summary>
    public static Finding NotApplicable(string probe, string why) => new() { Probe = probe, Outcome = Outcome.NotApplicable, Message = why };

    private const int MaxEvidence = 10;
}

/// <summary>The answer to a probe's question.</summary>
public enum Outcome
{
    /// <summary>Yes.</summary>
    True,

    /// <summary>No.</summary>
    False,

    /// <summary>The question does not arise for this artifact.</summary>
    NotApplicable,

    /// <summary>Nobody could tell; earns nothing.</summary>
    NotLearnt,
}

/// <summary>Where an answer can be checked.</summary>
/// <param name="File">Path inside the artifact.</param>
/// <param name="Line">Line of that file, from 1.</param>
/// <param name="Url">A page.</param>
/// <param name="Value">What stands there; at most <see cref="MaxValue"/> characters.</param>
public sealed record Evidence(string? File = null, int? Line = null, string? Url = null, string? Value = null)
{
    /// <summary>Most characters of a value.</summary>
    public const int MaxValue = 200;

    /// <summary>What stands there, cut at its limit.</summary>
    public string? Value { get; init; } = Value is { Length: > MaxValue } ? Value[..MaxValue] : Value;
}
