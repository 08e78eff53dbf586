using System.Text.Json;
using System.Text.Json.Serialization;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Policies;

namespace Acme.Registry.Scoring;

/// <summary>
/// The rating of a model: scores, the findings they come from, the facts those come from, and what the policy says. Kept as one
/// JSON document, from which it can be computed again.
/// </summary>
public sealed record Rating
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The task the card names, else <c>model</c>.</summary>
    public required string Category { get; init; }

    /// <summary>When it was computed (UTC).</summary>
    public required DateTimeOffset RatedAt { get; init; }

    /// <summary>Version of the formulae; see <see cref="RatingEngine.Version"/>.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>SHA-256 over the facts' JSON.</summary>
    public required Sha256Digest FactsDigest { get; init; }

    /// <summary>The weighted mean of all applicable metrics, 0..1.</summary>
    public required double NetScore { get; init; }

    /// <summary>Seconds that the whole rating took: collecting the facts and computing.</summary>
    public required double NetScoreLatency { get; init; }

    /// <summary>The metrics, in the order of <see cref="Scoring.Metrics.All"/>.</summary>
    public required IReadOnlyList<MetricResult> Metrics { get; init; }

    /// <summary>What the policy says.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What it was computed from.</summary>
    public required ArtifactFacts Facts { get; init; }

    /// <summary>How fast a new person could use it.</summary>
    [JsonIgnore]
    public MetricResult RampUpTime => this["ramp_up_time"];

    /// <summary>How widely the knowledge is spread.</summary>
    [JsonIgnore]
    public MetricResult BusFactor => this["bus_factor"];

    /// <summary>Whether there is evidence for the claims.</summary>
    [JsonIgnore]
    public MetricResult PerformanceClaims => this["performance_claims"];

    /// <summary>How clear, permissive and compatible the licence is.</summary>
    [JsonIgnore]
    public MetricResult License => this["license"];

    /// <summary>Whether training data and code are named and reachable.</summary>
    [JsonIgnore]
    public MetricResult DatasetAndCode => this["dataset_and_code_score"];

    /// <summary>How good the data's documentation is.</summary>
    [JsonIgnore]
    public MetricResult DatasetQuality => this["dataset_quality"];

    /// <summary>How maintainable the code is.</summary>
    [JsonIgnore]
    public MetricResult CodeQuality => this["code_quality"];

    /// <summary>Whether the card's demo code runs.</summary>
    [JsonIgnore]
    public MetricResult Reproducibility => this["reproducibility"];

    /// <summary>The reviewed share of the linked repository's code; -1 where none is linked or its reviews are not known.</summary>
    [JsonIgnore]
    public MetricResult Reviewedness => this["reviewedness"];

    /// <summary>The mean net score of the registered parents; -1 where there are none.</summary>
    [JsonIgnore]
    public MetricResult TreeScore => this["tree_score"];

    /// <summary>Whether it fits the devices; <see cref="MetricResult.Parts"/> holds the score of each.</summary>
    [JsonIgnore]
    public MetricResult SizeScore => this["size_score"];

    /// <summary>The result of a metric, by the contract's name.</summary>
    public MetricResult this[string metric] => Metrics.First(m => m.Name == metric);

    /// <summary>The stored form, UTF-8 JSON.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, ScoringJson.Default.Rating);

    /// <summary>Reads the stored form back.</summary>
    /// <exception cref="JsonException">Not a stored rating.</exception>
    public static Rating Deserialize(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, ScoringJson.Default.Rating) ?? throw new JsonException("The rating is empty.");
}

/// <summary>What one metric came to.</summary>
public sealed record MetricResult
{
    /// <summary>The contract's field.</summary>
    public required string Name { get; init; }

    /// <summary>0..1, or -1 where it is not applicable.</summary>
    public required double Score { get; init; }

    /// <summary>Seconds it took: collecting what it uses (<see cref="IMetric.Uses"/>), its probes and its evaluation.</summary>
    public required double Latency { get; init; }

    /// <summary>The scores that <see cref="Score"/> is the mean of, where the metric has parts.</summary>
    public IReadOnlyDictionary<string, double>? Parts { get; init; }

    /// <summary>What the score comes from.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Why it could not be computed, where it could not; the score is then 0 and takes no part in the net score.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the question arises at all.</summary>
    [JsonIgnore]
    public bool IsApplicable => Score >= 0;
}

/// <summary>A metric could not be computed; the others could.</summary>
public sealed class RatingFailedException(Rating rating, MetricResult failed)
    : Exception($"The metric {failed.Name} could not be computed: {failed.Failure} The other metrics are unaffected.")
{
    /// <summary>The metric.</summary>
    public string Metric { get; } = failed.Name;

    /// <summary>The rating with all metrics that could be computed.</summary>
    public Rating Rating { get; } = rating;
}
