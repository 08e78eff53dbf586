using Acme.Api.Health.Bottlenecks;

namespace Acme.Api.Tests.Health;

[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class BottleneckFinderTests
{
    // 20 requests at once on two processors, none of which is short of anything.
    private static readonly LoadSample Easy = new()
    {
        Seconds = 60, Processors = 2, MachineProcessors = 2, CpuSeconds = 24, MachineBusySeconds = 30, Requests = 12000, RequestSeconds = 1200,
        Stores = new Dictionary<string, (long, double)> { ["catalog artifacts.find"] = (12000, 120) },
    };

    [Fact]
    public void Nothing_is_named_where_nothing_is_saturated() => Assert.Empty(BottleneckFinder.Find(Easy));

    [Fact]
    public void A_process_out_of_processor_time_is_named_before_what_that_makes_slow() =>
        Assert.Equal("cpu", First(Easy with { CpuSeconds = 115, MachineBusySeconds = 118, ThreadPoolDelaySeconds = 0.4, Stores = Slow }).Resource);

    [Fact]
    public void Other_processes_are_named_where_they_have_the_processors() =>
        Assert.Equal("cpu-of-others", First(Easy with { CpuSeconds = 10, MachineBusySeconds = 119, ThreadPoolDelaySeconds = 0.4 }).Resource);

    [Fact]
    public void Blocked_threads_are_named_before_the_stores_they_make_look_slow() =>
        Assert.Equal("thread-pool", First(Easy with { ThreadPoolDelaySeconds = 0.8, Stores = Slow }).Resource);

    [Fact]
    public void Waiting_for_a_connection_is_told_apart_from_a_slow_store()
    {
        Assert.Equal("store", First(Easy with { Stores = Slow }).Resource);
        Assert.Equal("store-connections", First(Easy with { Stores = Slow, StoreWaitSeconds = 900 }).Resource);
        Assert.Contains("'catalog artifacts.find': 12000 calls of 83.33 ms", First(Easy with { Stores = Slow }).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Slow_clients_and_long_collections_are_named()
    {
        Assert.Equal("clients", First(Easy with { ReaderWaitSeconds = 1000, BytesRead = 6_000_000_000 }).Resource);
        Assert.Equal("gc", First(Easy with { GcPauseSeconds = 12 }).Resource);
    }

    [Fact]
    public void A_slow_store_that_nobody_waits_for_is_no_bottleneck() =>
        Assert.Empty(BottleneckFinder.Find(Easy with { Requests = 10, RequestSeconds = 5, Stores = new Dictionary<string, (long, double)> { ["catalog artifacts.find"] = (10, 4.5) } }));

    [Fact]
    public void Samples_add_up()
    {
        var sum = LoadSample.Sum([Easy, Easy with { ThreadPoolDelaySeconds = 1 }, Easy]);
        Assert.Equal((180, 72, 3600), (sum.Seconds, sum.CpuSeconds, sum.RequestSeconds));
        Assert.Equal((36000, 360), sum.Stores["catalog artifacts.find"]);
        Assert.Equal(Easy.CpuShare, sum.CpuShare, 9);
        // One long wait among three is an accident.
        Assert.Equal(0, sum.ThreadPoolDelaySeconds);
    }

    private static Dictionary<string, (long, double)> Slow => new() { ["catalog artifacts.find"] = (12000, 1000), ["blobs read"] = (10, 1) };

    private static Bottleneck First(LoadSample sample) => BottleneckFinder.Find(sample)[0];
}
