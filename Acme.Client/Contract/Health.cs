using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Client.Contract;

/// <summary>Aggregate health classification.</summary>
[JsonConverter(typeof(WordConverter<HealthStatus>))]
public enum HealthStatus
{
    /// <summary><c>ok</c></summary>
    Ok,

    /// <summary><c>degraded</c></summary>
    Degraded,

    /// <summary><c>critical</c></summary>
    Critical,

    /// <summary><c>unknown</c></summary>
    Unknown,
}

/// <summary>How much an issue matters.</summary>
[JsonConverter(typeof(WordConverter<HealthSeverity>))]
public enum HealthSeverity
{
    /// <summary><c>info</c></summary>
    Info,

    /// <summary><c>warning</c></summary>
    Warning,

    /// <summary><c>error</c></summary>
    Error,
}

/// <summary>The registry's health and recent activity in short.</summary>
public sealed record HealthSummaryResponse
{
    /// <summary>The worst of the components.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>When the snapshot was made (UTC).</summary>
    public required DateTime CheckedAt { get; init; }

    /// <summary>Size of the trailing observation window, in minutes.</summary>
    public required int WindowMinutes { get; init; }

    /// <summary>Seconds the process has been running.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>Running version.</summary>
    public string? Version { get; init; }

    /// <summary>Requests within the window.</summary>
    public HealthRequestSummary? RequestSummary { get; init; }

    /// <summary>Components, worst first.</summary>
    public IReadOnlyList<HealthComponentBrief>? Components { get; init; }
}

/// <summary>Requests observed within the window.</summary>
public sealed record HealthRequestSummary
{
    /// <summary>Beginning of the window (UTC).</summary>
    public required DateTime WindowStart { get; init; }

    /// <summary>End of the window (UTC).</summary>
    public required DateTime WindowEnd { get; init; }

    /// <summary>Requests served.</summary>
    public long? TotalRequests { get; init; }

    /// <summary>Requests by route.</summary>
    public IReadOnlyDictionary<string, long>? PerRoute { get; init; }

    /// <summary>Requests by artifact type.</summary>
    public IReadOnlyDictionary<string, long>? PerArtifactType { get; init; }
}

/// <summary>A component in short.</summary>
public sealed record HealthComponentBrief
{
    /// <summary>Stable identifier.</summary>
    public required string Id { get; init; }

    /// <summary>Human readable name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Its status.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>Number of outstanding issues.</summary>
    public int? IssueCount { get; init; }

    /// <summary>Last significant event (UTC).</summary>
    public DateTime? LastEventAt { get; init; }
}

/// <summary>Health by component.</summary>
public sealed record HealthComponentCollection
{
    /// <summary>The components.</summary>
    public required IReadOnlyList<HealthComponentDetail> Components { get; init; }

    /// <summary>When the report was made (UTC).</summary>
    public required DateTime GeneratedAt { get; init; }

    /// <summary>Observation window, in minutes.</summary>
    public int? WindowMinutes { get; init; }
}

/// <summary>A component in full.</summary>
public sealed record HealthComponentDetail
{
    /// <summary>Stable identifier.</summary>
    public required string Id { get; init; }

    /// <summary>Human readable name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Its status.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>When its data was last collected (UTC).</summary>
    public required DateTime ObservedAt { get; init; }

    /// <summary>What it is responsible for.</summary>
    public string? Description { get; init; }

    /// <summary>Measured values: integers, numbers, strings or booleans.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metrics { get; init; }

    /// <summary>Outstanding issues.</summary>
    public IReadOnlyList<HealthIssue>? Issues { get; init; }

    /// <summary>Activity over the window, when asked for.</summary>
    public IReadOnlyList<HealthTimelineEntry>? Timeline { get; init; }

    /// <summary>More than one measure over the window, when asked for: each with a point per minute in which something was measured.</summary>
    public IReadOnlyList<HealthSeries>? Series { get; init; }

    /// <summary>Where its logs are.</summary>
    public IReadOnlyList<HealthLogReference>? Logs { get; init; }
}

/// <summary>One point of a timeline.</summary>
public sealed record HealthTimelineEntry
{
    /// <summary>Start of the sampled bucket (UTC).</summary>
    public required DateTime Bucket { get; init; }

    /// <summary>Observed value.</summary>
    public required double Value { get; init; }

    /// <summary>Its unit.</summary>
    public string? Unit { get; init; }
}

/// <summary>A measure over time.</summary>
public sealed record HealthSeries
{
    /// <summary>What was measured, such as <c>latency_p95</c>; behind a colon the operation, where a component has several, such as <c>latency_p95:artifacts.find</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its unit, such as <c>ms</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Oldest first. Minutes without a measurement have no point.</summary>
    public required IReadOnlyList<HealthTimelineEntry> Points { get; init; }
}

/// <summary>Something that is wrong with a component.</summary>
public sealed record HealthIssue
{
    /// <summary>Machine readable identifier.</summary>
    public required string Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required HealthSeverity Severity { get; init; }

    /// <summary>Short description.</summary>
    public required string Summary { get; init; }

    /// <summary>Diagnostic detail and what to do.</summary>
    public string? Details { get; init; }
}

/// <summary>Where logs of a component are.</summary>
public sealed record HealthLogReference
{
    /// <summary>Human readable descriptor.</summary>
    public required string Label { get; init; }

    /// <summary>Link to the log.</summary>
    public required string Url { get; init; }

    /// <summary>Whether it can be followed.</summary>
    public bool? TailAvailable { get; init; }

    /// <summary>Latest entry (UTC).</summary>
    public DateTime? LastUpdatedAt { get; init; }
}

/// <summary>The tracks this registry implements.</summary>
public sealed record Tracks
{
    /// <summary>Their names.</summary>
    [JsonPropertyName("plannedTracks")]
    public required IReadOnlyList<string> PlannedTracks { get; init; }
}
