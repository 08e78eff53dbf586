using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Acme.Api.Health.Bottlenecks;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;

namespace Acme.Api.Health;

/// <summary>Looks at each component now: a real read of each store, the queue, what the scrub found, and the traffic of the window.</summary>
internal sealed class ComponentHealth(
    ICatalog catalog,
    IBlobStore blobs,
    JobRunner jobs,
    MaintenanceReport maintenance,
    TrafficWindow traffic,
    StoreWindow stores,
    QueueWindow queue,
    LoadSampler load,
    TimeProvider time)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastSeconds = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<HealthComponentDetail>> CheckAsync(int windowMinutes, TimeSpan loadWindow, bool timeline, CancellationToken cancellationToken)
    {
        var summary = traffic.Summarize(windowMinutes);
        return
        [
            Api(summary, timeline),
            WithCalls(
                await ProbeAsync("catalog", "Catalog", "Artifacts, users, tokens, trails and jobs.", ct => catalog.GetEpochAsync(ct), cancellationToken), windowMinutes, timeline),
            WithCalls(
                await ProbeAsync("blobs", "Blob store", "The bytes of all files.", ct => blobs.FindAsync(Sha256Digest.Of([]), ct), cancellationToken), windowMinutes, timeline),
            Process(),
            Bottleneck(loadWindow),
            Jobs(windowMinutes, timeline),
            Maintenance(),
        ];
    }

    private HealthComponentDetail Api(TrafficSummary summary, bool timeline)
    {
        var metrics = new Dictionary<string, JsonElement>
        {
            ["requests"] = Number(summary.Requests),
            ["server_errors"] = Number(summary.Failures),
        };
        foreach (var (name, share) in new[] { ("latency_p50_ms", 0.5), ("latency_p95_ms", 0.95), ("latency_p99_ms", 0.99) })
        {
            if (summary.Latencies.Percentile(share) is { } seconds) metrics[name] = Milliseconds(seconds);
        }
        var issues = summary.Failures == 0
            ? Array.Empty<HealthIssue>()
            : [new() { Code = "server-errors", Severity = HealthSeverity.Warning, Summary = $"{summary.Failures} of {summary.Requests} requests failed.", Details = "The log has each with its trace id." }];
        return new()
        {
            Id = "api",
            DisplayName = "REST API",
            Description = "Answers requests.",
            Status = summary.Failures * 20 > summary.Requests ? HealthStatus.Critical : summary.Failures > 0 ? HealthStatus.Degraded : HealthStatus.Ok,
            ObservedAt = time.GetUtcNow().UtcDateTime,
            Metrics = metrics,
            Issues = issues,
            Timeline = timeline
                ? [.. summary.Timeline.Select(p => new HealthTimelineEntry { Bucket = p.Minute.UtcDateTime, Value = p.Requests, Unit = "requests/min" })]
                : null,
            Series = timeline
                ?
                [
                    Series("requests", "requests/min", summary.Timeline, p => p.Minute, p => p.Requests),
                    Series("server_errors", "requests/min", summary.Timeline, p => p.Minute, p => p.Failures),
                    Series("latency_p50", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.P50)),
                    Series("latency_p95", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.P95)),
                    Series("latency_p99", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.P99)),
                ]
                : null,
        };
    }

    /// <summary>The latest sample of the process.</summary>
    private HealthComponentDetail Process()
    {
        var sample = LoadSample.Sum(load.Last(LastSeconds));
        return new()
        {
            Id = "process",
            DisplayName = "Process",
            Description = "This instance's processors, memory and threads, over the last seconds.",
            Status = HealthStatus.Ok,
            ObservedAt = time.GetUtcNow().UtcDateTime,
            Metrics = new Dictionary<string, JsonElement>
            {
                ["cpu_share"] = Number(Math.Round(sample.CpuShare, 3)),
                ["machine_cpu_share"] = Number(Math.Round(sample.MachineShare, 3)),
                ["processors"] = Number(sample.Processors),
                ["resident_bytes"] = Number(sample.ResidentBytes),
                ["gc_pause_share"] = Number(Math.Round(sample.GcPauseShare, 4)),
                ["threadpool_queue"] = Number(sample.ThreadPoolQueue),
                ["threadpool_delay_ms"] = Milliseconds(sample.ThreadPoolDelaySeconds),
                ["threads"] = Number(sample.Threads),
                ["requests_at_once"] = Number(Math.Round(sample.RequestsAtOnce, 2)),
                ["bytes_per_second"] = Number(Math.Round(sample.BytesRead / sample.Seconds)),
            },
            Issues = [],
        };
    }

    /// <summary>What held the requests of the trailing window up, if anything did.</summary>
    private HealthComponentDetail Bottleneck(TimeSpan window)
    {
        var found = BottleneckFinder.Find(LoadSample.Sum(load.Last(window)));
        return new()
        {
            Id = "bottleneck",
            DisplayName = "Bottleneck",
            Description = string.Create(CultureInfo.InvariantCulture, $"Which resource saturates first, from the figures of the last {window.TotalSeconds:0.##} seconds; the cause of the others comes first."),
            Status = found.Count > 0 ? HealthStatus.Degraded : HealthStatus.Ok,
            ObservedAt = time.GetUtcNow().UtcDateTime,
            Metrics = found.ToDictionary(b => $"{b.Resource}.pressure", b => Number(Math.Round(b.Pressure, 2))),
            Issues =
            [
                .. found.Select(b => new HealthIssue { Code = $"bottleneck-{b.Resource}", Severity = HealthSeverity.Warning, Summary = b.Statement, Details = $"{b.Evidence}. {b.Remedy}" }),
            ],
        };
    }

    private async Task<HealthComponentDetail> ProbeAsync(
        string id, string name, string description, Func<CancellationToken, Task> probe, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        HealthIssue? issue = null;
        try
        {
            await probe(cancellationToken).WaitAsync(ProbeLimit, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            issue = new() { Code = $"{id}-unreachable", Severity = HealthSeverity.Error, Summary = $"The {name.ToLowerInvariant()} does not answer.", Details = e.Message };
        }
        return new()
        {
            Id = id,
            DisplayName = name,
            Description = description,
            Status = issue is null ? HealthStatus.Ok : HealthStatus.Critical,
            ObservedAt = time.GetUtcNow().UtcDateTime,
            Metrics = new Dictionary<string, JsonElement> { ["probe_ms"] = Milliseconds(watch.Elapsed.TotalSeconds) },
            Issues = issue is null ? [] : [issue],
        };
    }

    /// <summary>Adds what the driver's calls took within the window: of each operation the number, the failures, and how long half and nearly all took.</summary>
    private HealthComponentDetail WithCalls(HealthComponentDetail store, int windowMinutes, bool timeline)
    {
        var summary = stores.Summarize(store.Id, windowMinutes);
        var metrics = new Dictionary<string, JsonElement>(store.Metrics!);
        foreach (var (operation, calls) in summary.Operations)
        {
            metrics[$"{operation}.calls"] = Number(calls.Count);
            metrics[$"{operation}.p50_ms"] = Milliseconds(calls.Latencies.Percentile(0.5)!.Value);
            metrics[$"{operation}.p99_ms"] = Milliseconds(calls.Latencies.Percentile(0.99)!.Value);
            if (calls.Failures > 0) metrics[$"{operation}.failures"] = Number(calls.Failures);
        }
        var (failures, all) = (summary.Operations.Values.Sum(c => c.Failures), summary.Operations.Values.Sum(c => c.Count));
        List<HealthIssue> issues = [.. store.Issues ?? []];
        if (failures > 0) issues.Add(new() { Code = $"{store.Id}-failures", Severity = HealthSeverity.Warning, Summary = $"{failures} of {all} calls failed.", Details = "The log has each with its trace id." });
        return store with
        {
            Status = failures > 0 && store.Status == HealthStatus.Ok ? HealthStatus.Degraded : store.Status,
            Metrics = metrics,
            Issues = issues,
            Timeline = timeline
                ? [.. summary.Timeline.Select(p => new HealthTimelineEntry { Bucket = p.Minute.UtcDateTime, Value = Math.Round(p.Calls.Latencies.Percentile(0.99)!.Value * 1000, 3), Unit = "ms (p99 of all calls)" })]
                : null,
            Series = timeline
                ?
                [
                    Series("calls", "calls/min", summary.Timeline, p => p.Minute, p => p.Calls.Count),
                    Series("failures", "calls/min", summary.Timeline, p => p.Minute, p => p.Calls.Failures),
                    Series("latency_p50", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.Calls.Latencies.Percentile(0.5))),
                    Series("latency_p95", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.Calls.Latencies.Percentile(0.95))),
                    Series("latency_p99", "ms", summary.Timeline, p => p.Minute, p => InMilliseconds(p.Calls.Latencies.Percentile(0.99))),
                ]
                : null,
        };
    }

    private HealthComponentDetail Jobs(int windowMinutes, bool timeline)
    {
        var now = time.GetUtcNow();
        var points = queue.Points(windowMinutes);
        var failures = jobs.Failures.Where(f => f.At > now.AddMinutes(-windowMinutes)).ToArray();
        List<HealthIssue> issues = [.. failures.Select(f => new HealthIssue { Code = "job-failed", Severity = HealthSeverity.Warning, Summary = $"The job {f.JobId} failed.", Details = f.Reason })];
        if (jobs.QueueProblem is { } problem)
            issues.Add(new() { Code = "queue-unreachable", Severity = HealthSeverity.Error, Summary = "The queue cannot be asked for work.", Details = problem });
        return new()
        {
            Id = "jobs",
            DisplayName = "Background jobs",
            Description = "Ingests that outlive their request, garbage collection and scrub.",
            Status = jobs.QueueProblem is not null ? HealthStatus.Critical : failures.Length > 0 ? HealthStatus.Degraded : HealthStatus.Ok,
            ObservedAt = now.UtcDateTime,
            Metrics = new Dictionary<string, JsonElement> { ["running_here"] = Number(jobs.Depth), ["failed"] = Number(failures.Length) },
            Issues = issues,
            Series = timeline
                ?
                [
                    Series("waiting", "jobs", points, p => p.Minute, p => p.Waiting),
                    Series("running", "jobs", points, p => p.Minute, p => p.Running),
                    Series("running_here", "jobs", points, p => p.Minute, p => p.RunningHere),
                ]
                : null,
        };
    }

    private HealthComponentDetail Maintenance()
    {
        var scrub = maintenance.LastScrub;
        var damaged = scrub?.Damaged ?? [];
        var metrics = new Dictionary<string, JsonElement>();
        if (scrub is not null)
        {
            metrics["scrubbed_blobs"] = Number(scrub.Blobs);
            metrics["damaged_blobs"] = Number(damaged.Count);
        }
        if (maintenance.LastCollection is { } collection) metrics["collected_blobs"] = Number(collection.Deleted);
        return new()
        {
            Id = "maintenance",
            DisplayName = "Garbage collection and scrub",
            Description = "Removes what nothing refers to and re-hashes what is stored.",
            Status = scrub is null ? HealthStatus.Unknown : damaged.Count > 0 ? HealthStatus.Critical : HealthStatus.Ok,
            ObservedAt = (maintenance.ObservedAt ?? time.GetUtcNow()).UtcDateTime,
            Metrics = metrics,
            Issues = [.. damaged.Take(100).Select(d => new HealthIssue { Code = "damaged-blob", Severity = HealthSeverity.Error, Summary = $"The blob {d} is damaged.", Details = "Upload or ingest the file again; that mends it." })],
        };
    }

    private static HealthSeries Series<T>(string name, string unit, IEnumerable<T> points, Func<T, DateTimeOffset> minute, Func<T, double?> value) => new()
    {
        Name = name,
        Unit = unit,
        // No point where nothing was measured: a zero would be a measurement.
        Points = [.. points.Where(p => value(p) is not null).Select(p => new HealthTimelineEntry { Bucket = minute(p).UtcDateTime, Value = value(p)!.Value })],
    };

    private static double? InMilliseconds(double? seconds) => seconds is { } s ? Math.Round(s * 1000, 3) : null;

    private static JsonElement Number(long value) => JsonSerializer.SerializeToElement(value, ContractJson.Default.Int64);

    private static JsonElement Milliseconds(double seconds) => Number(Math.Round(seconds * 1000, 3));

    private static JsonElement Number(double value) => JsonSerializer.SerializeToElement(value, ContractJson.Default.Double);
}
