using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Acme.Registry.Telemetry;

namespace Acme.Api.Health.Bottlenecks;

/// <summary>
/// Takes a sample of this process four times a second and keeps those of the last minutes. It works on a thread of its own: what it measures includes whether the pool
/// has one to give.
/// </summary>
internal sealed class LoadSampler : IDisposable
{
    /// <summary>As far back as one can look.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(10);

    /// <summary>Length of a sample.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMilliseconds(250);

    private readonly MeterListener _listener = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, LoadSample Sample)> _samples = new();
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private Counters _begun = Counters.Read();
    private Sums _sums = new();
    private long _queuedAt;

    public LoadSampler(TimeProvider time)
    {
        _time = time;
        // Read before the listener starts, so that the instruments exist when it looks for them.
        HashSet<Instrument> own = [RegistryTelemetry.StoreDuration, RegistryTelemetry.StoreWait, RegistryTelemetry.ReaderWait, RegistryTelemetry.BytesRead];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (own.Contains(instrument) || instrument is { Name: "http.server.request.duration", Meter.Name: "Microsoft.AspNetCore.Hosting" }) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) => Record(instrument, seconds, tags));
        _listener.SetMeasurementEventCallback<long>((_, bytes, _, _) => RecordBytes(bytes));
        _listener.Start();
        _thread = new(Run) { IsBackground = true, Name = "Load sampler" };
        _thread.Start();
    }

    /// <summary>The samples that are wholly within the trailing window, oldest first, and what has come to the next one until now.</summary>
    public IReadOnlyList<LoadSample> Last(TimeSpan window)
    {
        var since = _time.GetUtcNow() - window;
        lock (_lock) return [.. _samples.Where(s => s.At.AddSeconds(-s.Sample.Seconds) >= since).Select(s => s.Sample), SampleUntil(Counters.Read())];
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _listener.Dispose();
        _stop.Dispose();
    }

    private void Record(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (instrument == RegistryTelemetry.StoreWait) _sums.StoreWait += seconds;
            else if (instrument == RegistryTelemetry.ReaderWait) _sums.ReaderWait += seconds;
            else if (instrument == RegistryTelemetry.StoreDuration) _sums.AddStore(seconds, tags);
            else
            {
                _sums.Requests++;
                _sums.RequestSeconds += seconds;
            }
        }
    }

    private void RecordBytes(long bytes)
    {
        lock (_lock) _sums.BytesRead += bytes;
    }

    private void RecordDelay(long since)
    {
        var waited = Stopwatch.GetElapsedTime(since).TotalSeconds;
        lock (_lock) _sums.ThreadPoolDelay = Math.Max(_sums.ThreadPoolDelay, waited);
    }

    private void Run()
    {
        while (!_stop.Wait(Span))
        {
            Probe();
            Keep(Counters.Read());
        }
    }

    // One work item at a time: one that still waits says more with every look at it.
    private void Probe()
    {
        if (Interlocked.Read(ref _queuedAt) is var since and not 0)
        {
            RecordDelay(since);
            return;
        }
        Interlocked.Exchange(ref _queuedAt, Stopwatch.GetTimestamp());
        ThreadPool.UnsafeQueueUserWorkItem(static sampler => sampler.RecordDelay(Interlocked.Exchange(ref sampler._queuedAt, 0)), this, preferLocal: false);
    }

    private void Keep(Counters now)
    {
        var at = _time.GetUtcNow();
        lock (_lock)
        {
            _samples.Enqueue((at, SampleUntil(now)));
            (_begun, _sums) = (now, new());
            while (_samples.Peek().At < at - LongestWindow) _samples.Dequeue();
        }
    }

    private LoadSample SampleUntil(Counters now) => new()
    {
        Seconds = now.At - _begun.At,
        Processors = Environment.ProcessorCount,
        CpuSeconds = now.Cpu - _begun.Cpu,
        MachineBusySeconds = now.MachineBusy - _begun.MachineBusy,
        MachineProcessors = now.MachineProcessors,
        GcPauseSeconds = now.GcPause - _begun.GcPause,
        ThreadPoolDelaySeconds = _sums.ThreadPoolDelay,
        ThreadPoolQueue = ThreadPool.PendingWorkItemCount,
        Threads = ThreadPool.ThreadCount,
        ResidentBytes = Environment.WorkingSet,
        Requests = _sums.Requests,
        RequestSeconds = _sums.RequestSeconds,
        Stores = _sums.Stores.ToDictionary(s => $"{s.Key.Store} {s.Key.Operation}", s => s.Value),
        StoreWaitSeconds = _sums.StoreWait,
        ReaderWaitSeconds = _sums.ReaderWait,
        BytesRead = _sums.BytesRead,
    };

    private sealed class Sums
    {
        public long Requests;
        public double RequestSeconds;
        public double StoreWait;
        public double ReaderWait;
        public long BytesRead;
        public double ThreadPoolDelay;
        public readonly Dictionary<(string Store, string Operation), (long Calls, double Seconds)> Stores = [];

        public void AddStore(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var (store, operation) = ("", "");
            foreach (var (key, value) in tags)
            {
                if (key == "acme.store") store = (string)value!;
                if (key == "acme.store.operation") operation = (string)value!;
            }
            var sum = Stores.GetValueOrDefault((store, operation));
            Stores[(store, operation)] = (sum.Calls + 1, sum.Seconds + seconds);
        }
    }

    /// <summary>Counters that only grow; all in seconds.</summary>
    private readonly record struct Counters(double At, double Cpu, double GcPause, double MachineBusy, int MachineProcessors)
    {
        // As every Linux of today has it (USER_HZ).
        private const double TicksPerSecond = 100;

        public static Counters Read()
        {
            var (busy, processors) = Machine();
            return new(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, Environment.CpuUsage.TotalTime.TotalSeconds, GC.GetTotalPauseDuration().TotalSeconds, busy, processors);
        }

        // The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; see proc(5).
        private static (double Busy, int Processors) Machine()
        {
            if (!OperatingSystem.IsLinux()) return (0, 0);
            try
            {
                var lines = File.ReadAllLines("/proc/stat");
                var ticks = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
                return ((ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond, lines.Skip(1).TakeWhile(l => l.StartsWith("cpu", StringComparison.Ordinal)).Count());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
            {
                return (0, 0);
            }
        }
    }
}
