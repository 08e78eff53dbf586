using System.Text.Json.Serialization;

namespace Acme.Client.Contract;

/// <summary>A piece of background work.</summary>
public sealed record JobDetails
{
    /// <summary>Unique among the jobs there are.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of work: <c>ingest</c>, <c>mirror</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The artifact that it is for; absent for work on the whole registry.</summary>
    public string? ArtifactId { get; init; }

    /// <summary>The artifact's name, where it is known.</summary>
    public string? Name { get; init; }

    /// <summary>How far it is.</summary>
    public required JobState State { get; init; }

    /// <summary>When it may begin (UTC).</summary>
    public required DateTime DueAt { get; init; }

    /// <summary>How often it has been tried before.</summary>
    public required int Attempts { get; init; }

    /// <summary>The process that works at it: machine, process id and a random part.</summary>
    public string? Owner { get; init; }

    /// <summary>When the owner loses it unless it renews its hold (UTC).</summary>
    public DateTime? LeasedUntil { get; init; }

    /// <summary>Why it failed last; known to the instance at which it did.</summary>
    public string? LastError { get; init; }
}

/// <summary>How far a job is.</summary>
[JsonConverter(typeof(WordConverter<JobState>))]
public enum JobState
{
    /// <summary><c>scheduled</c>: to begin later.</summary>
    Scheduled,

    /// <summary><c>due</c>: may begin, and nobody has it yet.</summary>
    Due,

    /// <summary><c>running</c>: someone works at it.</summary>
    Running,
}

/// <summary>How far the ingest of an artifact is.</summary>
public sealed record IngestProgress
{
    /// <summary>The id that the artifact has or will have.</summary>
    public required string Id { get; init; }

    /// <summary>How far it is.</summary>
    public required IngestStage Stage { get; init; }

    /// <summary>Files that are stored.</summary>
    public int? FilesDone { get; init; }

    /// <summary>Files to store, once it is known.</summary>
    public int? FilesTotal { get; init; }

    /// <summary>Bytes that have arrived.</summary>
    public long? BytesDone { get; init; }

    /// <summary>Bytes to come in all, once it is known.</summary>
    public long? BytesTotal { get; init; }

    /// <summary>Why it was refused or failed, one sentence each.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>When this was last true (UTC).</summary>
    public required DateTime At { get; init; }
}

/// <summary>How far an ingest is.</summary>
[JsonConverter(typeof(WordConverter<IngestStage>))]
public enum IngestStage
{
    /// <summary><c>waiting</c>: accepted, not begun.</summary>
    Waiting,

    /// <summary><c>fetching</c>: asking the source what there is.</summary>
    Fetching,

    /// <summary><c>storing</c>: files come in.</summary>
    Storing,

    /// <summary><c>rating</c>: facts are collected and the rating is computed.</summary>
    Rating,

    /// <summary><c>publishing</c>: the last write.</summary>
    Publishing,

    /// <summary><c>published</c>: the artifact is there.</summary>
    Published,

    /// <summary><c>refused</c>: nothing was registered; the reasons say why.</summary>
    Refused,

    /// <summary><c>cancelled</c>: nothing was registered, as was asked.</summary>
    Cancelled,

    /// <summary><c>elsewhere</c>: under way at another instance, which alone knows more.</summary>
    Elsewhere,
}

/// <summary>What to rate without registering it.</summary>
public sealed record RatingPreviewRequest
{
    /// <summary>The model's URL.</summary>
    public required string Url { get; init; }
}
