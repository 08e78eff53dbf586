using System.Diagnostics.Metrics;
using Acme.Registry.Telemetry;

namespace Acme.Api.Health;

/// <summary>What this process's storage drivers took for their calls, from the same meter that telemetry exports.</summary>
internal sealed class StoreWindow : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly MinuteWindow<Minute> _minutes;

    public StoreWindow(TimeProvider time)
    {
        _minutes = new(time);
        // Read before the listener starts, so that the instruments exist when it looks for them.
        var duration = RegistryTelemetry.StoreDuration;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument == duration) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Record(seconds, tags));
        _listener.Start();
    }

    /// <summary>Sums up one store over the trailing window.</summary>
    /// <param name="store"><c>catalog</c> or <c>blobs</c>.</param>
    /// <param name="windowMinutes">Minutes back from now.</param>
    public StoreSummary Summarize(string store, int windowMinutes)
    {
        var operations = new SortedDictionary<string, StoreCalls>(StringComparer.Ordinal);
        var timeline = new List<(DateTimeOffset, StoreCalls)>();
        foreach (var (start, minute) in _minutes.Last(windowMinutes))
        {
            var all = new StoreCalls();
            lock (minute)
            {
                foreach (var ((of, operation), calls) in minute.Calls)
                {
                    if (of != store) continue;
                    if (!operations.TryGetValue(operation, out var sum)) operations.Add(operation, sum = new());
                    sum.Add(calls);
                    all.Add(calls);
                }
            }
            if (all.Count > 0) timeline.Add((start, all));
        }
        return new(operations, timeline);
    }

    public void Dispose() => _listener.Dispose();

    private void Record(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (store, operation, failed) = ("", "", false);
        foreach (var (key, value) in tags)
        {
            if (key == "acme.store") store = (string)value!;
            if (key == "acme.store.operation") operation = (string)value!;
            if (key == "error.type") failed = true;
        }
        var minute = _minutes.Current;
        lock (minute)
        {
            if (!minute.Calls.TryGetValue((store, operation), out var calls)) minute.Calls.Add((store, operation), calls = new());
            calls.Add(seconds, failed);
        }
    }

    private sealed class Minute
    {
        public Dictionary<(string Store, string Operation), StoreCalls> Calls { get; } = [];
    }
}

/// <summary>Calls of one kind.</summary>
internal sealed class StoreCalls
{
    public long Count { get; private set; }

    public long Failures { get; private set; }

    public LatencyHistogram Latencies { get; } = new();

    public void Add(double seconds, bool failed)
    {
        Count++;
        if (failed) Failures++;
        Latencies.Add(seconds);
    }

    public void Add(StoreCalls other)
    {
        Count += other.Count;
        Failures += other.Failures;
        Latencies.Add(other.Latencies);
    }
}

/// <summary>One store's calls within a window: by operation, and of all operations by minute.</summary>
internal sealed record StoreSummary(IReadOnlyDictionary<string, StoreCalls> Operations, IReadOnlyList<(DateTimeOffset Minute, StoreCalls Calls)> Timeline);
