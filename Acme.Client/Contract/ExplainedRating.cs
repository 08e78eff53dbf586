namespace Acme.Client.Contract;

/// <summary>A rating with what it rests on.</summary>
public sealed record ExplainedRating
{
    /// <summary>The numbers, as <c>/rate</c> gives them.</summary>
    public required ModelRating Rating { get; init; }

    /// <summary>Each metric with its findings.</summary>
    public required IReadOnlyList<ExplainedMetric> Metrics { get; init; }

    /// <summary>What the policy says of it.</summary>
    public required PolicyVerdict Verdict { get; init; }

    /// <summary>Version of the scoring engine.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>SHA-256 of the facts that the rating was computed from.</summary>
    public required string FactsDigest { get; init; }

    /// <summary>When it was computed (UTC).</summary>
    public required DateTime RatedAt { get; init; }

    /// <summary>What the facts were read from.</summary>
    public required IReadOnlyList<RatingSource> Sources { get; init; }
}

/// <summary>Something that facts were read from.</summary>
public sealed record RatingSource
{
    /// <summary><c>files</c>, <c>hub</c>, <c>repository</c> or <c>dataset</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its URL, or its name where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>How it was found.</summary>
    public required string FoundBy { get; init; }

    /// <summary>The file that names it.</summary>
    public string? File { get; init; }

    /// <summary>The line of that file, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTime CollectedAt { get; init; }

    /// <summary>Why it could not be read, or not all of it.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether it is read again later, because of the problem.</summary>
    public required bool ReadAgain { get; init; }

    /// <summary>The registered artifact that it was read from.</summary>
    public string? ArtifactId { get; init; }
}

/// <summary>A rating beside the one that its stored facts give again.</summary>
public sealed record RatingReplay
{
    /// <summary>Whether all numbers and the digest of the facts are the same.</summary>
    public required bool Agrees { get; init; }

    /// <summary>Version of the scoring engine.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>SHA-256 of the facts, as stored.</summary>
    public required string FactsDigest { get; init; }

    /// <summary>SHA-256 of the facts, computed again.</summary>
    public required string ReplayedFactsDigest { get; init; }

    /// <summary>The stored scores by metric; parts as <c>metric.part</c>.</summary>
    public required IReadOnlyDictionary<string, double> Stored { get; init; }

    /// <summary>The scores computed again.</summary>
    public required IReadOnlyDictionary<string, double> Replayed { get; init; }
}

/// <summary>One metric of a rating.</summary>
public sealed record ExplainedMetric
{
    /// <summary>The metric's field in the contract.</summary>
    public required string Name { get; init; }

    /// <summary>0..1, or -1: not applicable.</summary>
    public required double Score { get; init; }

    /// <summary>Weight in the net score.</summary>
    public required double Weight { get; init; }

    /// <summary>Seconds it took: collecting what it uses and computing it.</summary>
    public required double Latency { get; init; }

    /// <summary>The scores it is the mean of, where it has parts.</summary>
    public IReadOnlyDictionary<string, double>? Parts { get; init; }

    /// <summary>What would raise it, from its findings, each once.</summary>
    public required IReadOnlyList<string> WouldRaise { get; init; }

    /// <summary>The questions asked and their answers.</summary>
    public required IReadOnlyList<RatingFinding> Findings { get; init; }
}

/// <summary>The answer to one question about an artifact.</summary>
public sealed record RatingFinding
{
    /// <summary>Which question.</summary>
    public required string Probe { get; init; }

    /// <summary><c>true</c>, <c>false</c>, <c>not_applicable</c> or <c>not_learnt</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The answer in words.</summary>
    public required string Message { get; init; }

    /// <summary>What it rests on.</summary>
    public required IReadOnlyList<RatingEvidence> Evidence { get; init; }

    /// <summary>What would improve it.</summary>
    public string? Remediation { get; init; }
}

/// <summary>A place that a finding rests on.</summary>
public sealed record RatingEvidence
{
    /// <summary>A file of the artifact.</summary>
    public string? File { get; init; }

    /// <summary>A line of that file, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>A link.</summary>
    public string? Url { get; init; }

    /// <summary>What stands there.</summary>
    public string? Value { get; init; }
}

/// <summary>A policy's word on a rating.</summary>
public sealed record PolicyVerdict
{
    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>The policy's version.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary><c>observe</c> or <c>enforce</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether the rating meets the policy.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Why not, one reason each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
}
