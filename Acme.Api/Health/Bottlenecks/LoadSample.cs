namespace Acme.Api.Health.Bottlenecks;

/// <summary>What this process and its surroundings did over a span of time. Seconds are summed over everything that ran at once, so that divided by the span they are an average number at work.</summary>
internal sealed record LoadSample
{
    /// <summary>Length of the span.</summary>
    public required double Seconds { get; init; }

    /// <summary>Processors the process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Processor time of this process.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Processor time that the machine was busy for, whoever for; 0 where the system does not tell.</summary>
    public double MachineBusySeconds { get; init; }

    /// <summary>Processors of the machine.</summary>
    public int MachineProcessors { get; init; }

    /// <summary>Time that garbage collection had all threads stopped.</summary>
    public double GcPauseSeconds { get; init; }

    /// <summary>Longest time that a work item waited for a thread of the pool.</summary>
    public double ThreadPoolDelaySeconds { get; init; }

    /// <summary>Work items that waited at the end of the span.</summary>
    public long ThreadPoolQueue { get; init; }

    /// <summary>Threads of the pool at the end of the span.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes of memory that were resident at the end of the span.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Requests that ended.</summary>
    public long Requests { get; init; }

    /// <summary>Their durations, with the sending of what they answered.</summary>
    public double RequestSeconds { get; init; }

    /// <summary>Calls to the stores that ended and their durations, by store and operation (<c>catalog artifacts.find</c>).</summary>
    public IReadOnlyDictionary<string, (long Calls, double Seconds)> Stores { get; init; } = new Dictionary<string, (long, double)>();

    /// <summary>The part of those durations in which calls waited inside a driver for their turn.</summary>
    public double StoreWaitSeconds { get; init; }

    /// <summary>Time that reading blobs waited for whoever they were sent to.</summary>
    public double ReaderWaitSeconds { get; init; }

    /// <summary>Bytes read from the blob store.</summary>
    public long BytesRead { get; init; }

    /// <summary>Share of the process's processors that it used, 0..1.</summary>
    public double CpuShare => Share(CpuSeconds, Seconds * Processors);

    /// <summary>Share of the machine's processors that anyone used, 0..1.</summary>
    public double MachineShare => Share(MachineBusySeconds, Seconds * MachineProcessors);

    /// <summary>Share of the time that garbage collection stopped everything, 0..1.</summary>
    public double GcPauseShare => Share(GcPauseSeconds, Seconds);

    /// <summary>Requests at work at once, on average (Little's law).</summary>
    public double RequestsAtOnce => Share(RequestSeconds, Seconds);

    /// <summary>One sample of the whole span of one or several that follow each other.</summary>
    public static LoadSample Sum(IReadOnlyList<LoadSample> samples)
    {
        var stores = new Dictionary<string, (long Calls, double Seconds)>();
        foreach (var (operation, (calls, seconds)) in samples.SelectMany(s => s.Stores))
        {
            var sum = stores.GetValueOrDefault(operation);
            stores[operation] = (sum.Calls + calls, sum.Seconds + seconds);
        }
        return samples[^1] with
        {
            Seconds = samples.Sum(s => s.Seconds),
            CpuSeconds = samples.Sum(s => s.CpuSeconds),
            MachineBusySeconds = samples.Sum(s => s.MachineBusySeconds),
            GcPauseSeconds = samples.Sum(s => s.GcPauseSeconds),
            // One long wait in an hour is an accident; half of the spans with one is a state.
            ThreadPoolDelaySeconds = samples.Select(s => s.ThreadPoolDelaySeconds).Order().ElementAt(samples.Count / 2),
            Requests = samples.Sum(s => s.Requests),
            RequestSeconds = samples.Sum(s => s.RequestSeconds),
            Stores = stores,
            StoreWaitSeconds = samples.Sum(s => s.StoreWaitSeconds),
            ReaderWaitSeconds = samples.Sum(s => s.ReaderWaitSeconds),
            BytesRead = samples.Sum(s => s.BytesRead),
        };
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
