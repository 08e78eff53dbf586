using System.Diagnostics.Metrics;

namespace Acme.Api.Health;

/// <summary>
/// What this process served over the last day, minute by minute, from the same meter that telemetry exports
/// (<c>http.server.request.duration</c>).
/// </summary>
internal sealed class TrafficWindow : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly MinuteWindow<Minute> _minutes;

    public TrafficWindow(TimeProvider time)
    {
        _minutes = new(time);
        StartedAt = time.GetUtcNow();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Name: "http.server.request.duration", Meter.Name: "Microsoft.AspNetCore.Hosting" }) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Record(seconds, tags));
        _listener.Start();
    }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Sums up the trailing window.</summary>
    public TrafficSummary Summarize(int windowMinutes)
    {
        var timeline = new List<TrafficPoint>();
        var latencies = new LatencyHistogram();
        var routes = new Dictionary<string, long>();
        var types = new Dictionary<string, long>();
        long requests = 0, failures = 0;
        foreach (var (start, minute) in _minutes.Last(windowMinutes))
        {
            lock (minute)
            {
                requests += minute.Requests;
                failures += minute.Failures;
                latencies.Add(minute.Latencies);
                foreach (var (route, count) in minute.Routes) routes[route] = routes.GetValueOrDefault(route) + count;
                foreach (var (type, count) in minute.Types) types[type] = types.GetValueOrDefault(type) + count;
                timeline.Add(new(start, minute.Requests, minute.Failures, minute.Latencies.Percentile(0.5), minute.Latencies.Percentile(0.95), minute.Latencies.Percentile(0.99)));
            }
        }
        return new(requests, failures, latencies, routes, types, timeline);
    }

    /// <summary>Counts one request for an artifact of the type.</summary>
    public void CountType(string type)
    {
        var minute = _minutes.Current;
        lock (minute) minute.Types[type] = minute.Types.GetValueOrDefault(type) + 1;
    }

    public void Dispose() => _listener.Dispose();

    private void Record(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (route, status) = ("(none)", 0);
        foreach (var (key, value) in tags)
        {
            if (key == "http.route") route = value as string ?? route;
            if (key == "http.response.status_code" && value is int code) status = code;
        }
        var minute = _minutes.Current;
        lock (minute)
        {
            minute.Requests++;
            if (status >= 500) minute.Failures++;
            minute.Latencies.Add(seconds);
            minute.Routes[route] = minute.Routes.GetValueOrDefault(route) + 1;
        }
    }

    private sealed class Minute
    {
        public long Requests;
        public long Failures;
        public readonly LatencyHistogram Latencies = new();
        public readonly Dictionary<string, long> Routes = [];
        public readonly Dictionary<string, long> Types = [];
    }
}

/// <summary>Requests within a window; the timeline has one point per minute that had any.</summary>
internal sealed record TrafficSummary(
    long Requests,
    long Failures,
    LatencyHistogram Latencies,
    IReadOnlyDictionary<string, long> Routes,
    IReadOnlyDictionary<string, long> Types,
    IReadOnlyList<TrafficPoint> Timeline);

/// <summary>The requests of one minute; latencies in seconds, none where nothing was served.</summary>
internal sealed record TrafficPoint(DateTimeOffset Minute, long Requests, long Failures, double? P50, double? P95, double? P99);
