using System.Text.Json.Serialization;

namespace Acme.Client.Contract;

/// <summary>What the clients of a load test do.</summary>
[JsonConverter(typeof(WordConverter<LoadTestWorkload>))]
public enum LoadTestWorkload
{
    /// <summary><c>whole</c>: download Tiny-LLM, all of it.</summary>
    Whole,

    /// <summary><c>weights</c>: download only its weights.</summary>
    Weights,

    /// <summary><c>file</c>: download its largest file by itself.</summary>
    File,

    /// <summary><c>resumed</c>: break a download off in the middle, ask for the rest of it.</summary>
    Resumed,

    /// <summary><c>metadata</c>: read artifacts, names, file lists, ratings and costs.</summary>
    Metadata,

    /// <summary><c>search</c>: list, and search by regular expression.</summary>
    Search,

    /// <summary><c>ingest</c>: upload small models, each of them new.</summary>
    Ingest,
}

/// <summary>Orders a load test.</summary>
public sealed record LoadTestRequest
{
    /// <summary>Measured one after the other; at least one.</summary>
    public required IReadOnlyList<LoadTestWorkload> Workloads { get; init; }

    /// <summary>Clients at once, each sending its next request when it has the answer to the one before. Default: 20.</summary>
    public int? Clients { get; init; }

    /// <summary>Requests a second that are sent whether or not earlier ones have been answered, in place of clients that wait. Absent: clients wait.</summary>
    public double? Rate { get; init; }

    /// <summary>How long a round of a workload takes, in seconds. Default: 5.</summary>
    public int? Seconds { get; init; }

    /// <summary>Rounds of each workload. Default: 2.</summary>
    public int? Rounds { get; init; }

    /// <summary>How many generated models the registry is given for the test, besides Tiny-LLM; they are deleted afterwards. Default: 20.</summary>
    public int? Models { get; init; }
}

/// <summary>Where a load test stands.</summary>
[JsonConverter(typeof(WordConverter<LoadTestState>))]
public enum LoadTestState
{
    /// <summary><c>running</c>.</summary>
    Running,

    /// <summary><c>finished</c>: its result is there.</summary>
    Finished,

    /// <summary><c>stopped</c>: by an administrator, or because the registry ended.</summary>
    Stopped,

    /// <summary><c>failed</c>: the problem says why.</summary>
    Failed,
}

/// <summary>A load test that runs or ran.</summary>
public sealed record LoadTestRun
{
    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required LoadTestState State { get; init; }

    /// <summary>When it was ordered (UTC).</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? FinishedAt { get; init; }

    /// <summary>Who ordered it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>What was ordered.</summary>
    public required LoadTestRequest Request { get; init; }

    /// <summary>How far it is; only while it runs.</summary>
    public LoadTestProgress? Progress { get; init; }

    /// <summary>What was measured; absent in lists.</summary>
    public LoadTestResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Problem { get; init; }
}

/// <summary>How far a load test is.</summary>
public sealed record LoadTestProgress
{
    /// <summary>What it does now.</summary>
    public required string Stage { get; init; }

    /// <summary>From 0 to 1, of the whole test.</summary>
    public required double Share { get; init; }

    /// <summary>Requests answered so far.</summary>
    public required long Requests { get; init; }

    /// <summary>Of them, wrong or refused.</summary>
    public required long Errors { get; init; }

    /// <summary>What the last second brought, in megabytes (10^6 bytes).</summary>
    public required double MegabytesPerSecond { get; init; }

    /// <summary>Requests answered in the last second.</summary>
    public required double RequestsPerSecond { get; init; }
}

/// <summary>What a load test measured.</summary>
public sealed record LoadTestResult
{
    /// <summary>When it began (UTC).</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>What it ran on: processors, memory, operating system, runtime.</summary>
    public required string Machine { get; init; }

    /// <summary>One for each workload and target.</summary>
    public required IReadOnlyList<LoadTestMeasurement> Measurements { get; init; }
}

/// <summary>One workload against one target, all its rounds together.</summary>
public sealed record LoadTestMeasurement
{
    /// <summary>What was measured, such as <c>disk + sqlite</c> or <c>nginx</c>.</summary>
    public required string Target { get; init; }

    /// <summary>What its clients did.</summary>
    public required LoadTestWorkload Workload { get; init; }

    /// <summary>Clients at once; 0 where requests came at a rate.</summary>
    public required int Clients { get; init; }

    /// <summary>Requests a second that were sent; absent where clients waited for their answers.</summary>
    public double? Rate { get; init; }

    /// <summary>Each round's megabytes (10^6 bytes) a second.</summary>
    public required IReadOnlyList<double> RoundMegabytesPerSecond { get; init; }

    /// <summary>Each round's requests a second.</summary>
    public required IReadOnlyList<double> RoundRequestsPerSecond { get; init; }

    /// <summary>Each round's 99th percentile of the latency, divided by its mean: how unequally the clients were served.</summary>
    public required IReadOnlyList<double> RoundP99OverMean { get; init; }

    /// <summary>Requests that were sent.</summary>
    public required long Requests { get; init; }

    /// <summary>Of them, refused, broken off, or answered with other bytes than expected.</summary>
    public required long Errors { get; init; }

    /// <summary>What went wrong, and how often.</summary>
    public required IReadOnlyDictionary<string, long> ErrorKinds { get; init; }

    /// <summary>Length of all rounds together.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes of bodies that were received, or sent where models were uploaded.</summary>
    public required long Bytes { get; init; }

    /// <summary>Megabytes (10^6 bytes) a second over all rounds.</summary>
    public required double MegabytesPerSecond { get; init; }

    /// <summary>Requests a second over all rounds.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>From when a request was to be sent to its last byte, waiting included.</summary>
    public required LoadTestLatency Latency { get; init; }

    /// <summary>From when a request was sent to the head of its answer; where that is a redirect, the time that the registry took for all of its part.</summary>
    public required LoadTestLatency Answer { get; init; }

    /// <summary>From when the server had read a request's head to the head of its answer, by its own clock (<c>Server-Timing</c>); absent where it says nothing.</summary>
    public LoadTestLatency? ServerAnswer { get; init; }

    /// <summary>From when a request was sent to the first byte of the content, redirects included.</summary>
    public required LoadTestLatency FirstByte { get; init; }

    /// <summary>Answers that sent the client elsewhere for the content.</summary>
    public required long Redirects { get; init; }

    /// <summary>How it went, second by second.</summary>
    public required IReadOnlyList<LoadTestSecond> Timeline { get; init; }

    /// <summary>What the server took; absent where it cannot be seen.</summary>
    public LoadTestServer? Server { get; init; }
}

/// <summary>A distribution of durations, in milliseconds.</summary>
public sealed record LoadTestLatency
{
    /// <summary>Mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Half were no longer.</summary>
    public required double Median { get; init; }

    /// <summary>90 % were no longer.</summary>
    public required double P90 { get; init; }

    /// <summary>99 % were no longer.</summary>
    public required double P99 { get; init; }

    /// <summary>The longest.</summary>
    public required double Max { get; init; }
}

/// <summary>One second of a measurement, counted over all rounds.</summary>
public sealed record LoadTestSecond
{
    /// <summary>Seconds since the first round began.</summary>
    public required int Second { get; init; }

    /// <summary>Requests that were answered in it.</summary>
    public required int Requests { get; init; }

    /// <summary>Megabytes (10^6 bytes) of the requests that were answered in it.</summary>
    public required double Megabytes { get; init; }

    /// <summary>99 % of them took no longer, in milliseconds.</summary>
    public required double P99 { get; init; }
}

/// <summary>What a server took while it was measured.</summary>
public sealed record LoadTestServer
{
    /// <summary>Processor time, in seconds.</summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>Processor time per second: how many cores were busy with it.</summary>
    public double? Cores { get; init; }

    /// <summary>The most it was resident, in megabytes (10^6 bytes).</summary>
    public double? ResidentMegabytes { get; init; }

    /// <summary>The highest value of each figure that the registry gave of its process meanwhile, by the names of <c>/health/components</c>.</summary>
    public IReadOnlyDictionary<string, double>? Process { get; init; }

    /// <summary>What the registry named as its bottleneck meanwhile.</summary>
    public IReadOnlyList<HealthIssue>? Bottlenecks { get; init; }
}
