using System.Globalization;

namespace Acme.Api.Health.Bottlenecks;

/// <summary>A resource that holds the requests up.</summary>
/// <param name="Resource">Which: <c>cpu</c>, <c>cpu-of-others</c>, <c>gc</c>, <c>thread-pool</c>, <c>store-connections</c>, <c>store</c> or <c>clients</c>.</param>
/// <param name="Pressure">The figure that tells, over the one from which the resource counts as saturated; at least 1.</param>
/// <param name="Statement">What is so, in one sentence.</param>
/// <param name="Evidence">The figures it rests on.</param>
/// <param name="Remedy">What would move it.</param>
internal sealed record Bottleneck(string Resource, double Pressure, string Statement, string Evidence, string Remedy);

/// <summary>
/// Tells from a sample which resource saturates first. The order of the questions is the order of causes: a processor that is out of time also lets
/// the pool, the stores and the clients wait, blocked threads let the stores look slow, and a driver without a free connection looks like a slow store. So the
/// first that is saturated is named first, and what follows may be its consequence.
/// </summary>
internal static class BottleneckFinder
{
    /// <summary>From this share on, work waits for a processor more often than not.</summary>
    public const double CpuSaturated = 0.85;

    /// <summary>From this share on, garbage collection costs more than any request should pay.</summary>
    public const double GcSaturated = 0.1;

    /// <summary>Seconds a work item waits for a thread. A pool with free threads takes some microseconds; it adds threads only after half a second of starving.</summary>
    public const double ThreadPoolSaturated = 0.1;

    /// <summary>From this share of all requests' time on, most of what a client waits for is this.</summary>
    public const double MostOfRequests = 0.5;

    // With less than one request at work at once nothing queues up, however its time is spent.
    private const double LeastRequestsAtOnce = 1;

    /// <summary>The saturated resources, the cause of the others first; empty where none is.</summary>
    public static IReadOnlyList<Bottleneck> Find(LoadSample sample)
    {
        List<Bottleneck?> found = [Cpu(sample), CpuOfOthers(sample), Gc(sample), ThreadPool(sample)];
        if (sample.RequestsAtOnce >= LeastRequestsAtOnce) found.AddRange([Connections(sample), Store(sample), Clients(sample)]);
        return [.. found.OfType<Bottleneck>().Where(b => b.Pressure >= 1)];
    }

    private static Bottleneck? Cpu(LoadSample sample) => IsMostlyOthers(sample) ? null : new(
        "cpu", Math.Max(sample.CpuShare, sample.MachineShare) / CpuSaturated, "The process uses up its processors.",
        Say($"{sample.CpuShare:P0} of {sample.Processors} processors, for {sample.RequestsAtOnce:N1} requests at once{(sample.MachineShare > sample.CpuShare ? $"; the machine is busy for {sample.MachineShare:P0}" : "")}"),
        "More or faster processors, or more instances; a profile shows what the time goes to.");

    private static Bottleneck? CpuOfOthers(LoadSample sample) => !IsMostlyOthers(sample) ? null : new(
        "cpu-of-others", sample.MachineShare / CpuSaturated, "Other processes use up the machine's processors.",
        Say($"the machine is busy for {sample.MachineShare:P0}, of which this process has {sample.CpuSeconds / sample.MachineBusySeconds:P0}"),
        "Move the other work elsewhere, or give this process processors of its own.");

    private static Bottleneck Gc(LoadSample sample) => new(
        "gc", sample.GcPauseShare / GcSaturated, "Garbage collection stops the process too much.",
        Say($"{sample.GcPauseShare:P1} of the time, with {sample.ResidentBytes / 1e6:N0} MB resident"),
        "More memory, or less of it allocated per request; a trace of allocations shows where.");

    private static Bottleneck? ThreadPool(LoadSample sample) => sample.CpuShare >= CpuSaturated || sample.MachineShare >= CpuSaturated ? null : new(
        "thread-pool", sample.ThreadPoolDelaySeconds / ThreadPoolSaturated, "Work waits for a thread although there is processor time: threads are blocked.",
        Say($"{sample.ThreadPoolDelaySeconds * 1000:N0} ms until a work item runs, {sample.ThreadPoolQueue} waiting, {sample.Threads} threads, {sample.CpuShare:P0} of the processors used"),
        "Find the call that blocks (a stack dump shows it) and make it asynchronous; a higher minimum of threads hides it for a while.");

    private static Bottleneck Connections(LoadSample sample) => new(
        "store-connections", sample.StoreWaitSeconds / sample.RequestSeconds / MostOfRequests, "Calls wait inside a storage driver for a connection or their turn.",
        Say($"{sample.StoreWaitSeconds / sample.RequestSeconds:P0} of the requests' time; once they have it, calls take {1000 * (StoreSeconds(sample) - sample.StoreWaitSeconds) / Math.Max(1, sample.Stores.Values.Sum(s => s.Calls)):N2} ms"),
        "A larger pool of connections, as long as the engine has room for them.");

    private static Bottleneck? Store(LoadSample sample)
    {
        if (sample.Stores.Count == 0) return null;
        var (operation, (calls, seconds)) = sample.Stores.MaxBy(s => s.Value.Seconds);
        return new(
            "store", (StoreSeconds(sample) - sample.StoreWaitSeconds) / sample.RequestSeconds / MostOfRequests, "The storage engine is slow.",
            Say($"{(StoreSeconds(sample) - sample.StoreWaitSeconds) / sample.RequestSeconds:P0} of the requests' time; most of it in '{operation}': {calls} calls of {1000 * seconds / calls:N2} ms"),
            "Look at the engine: its load, its latency, its throttling; or serve more of it from memory.");
    }

    private static Bottleneck Clients(LoadSample sample) => new(
        "clients", sample.ReaderWaitSeconds / sample.RequestSeconds / MostOfRequests, "Downloads wait for their clients or the network to them.",
        Say($"{sample.ReaderWaitSeconds / sample.RequestSeconds:P0} of the requests' time, at {sample.BytesRead / sample.Seconds / 1e6:N0} MB/s"),
        "A faster network; with blobs on S3, redirects take the bytes off this process altogether.");

    private static bool IsMostlyOthers(LoadSample sample) => sample.MachineBusySeconds > 2 * sample.CpuSeconds;

    private static double StoreSeconds(LoadSample sample) => sample.Stores.Values.Sum(s => s.Seconds);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
