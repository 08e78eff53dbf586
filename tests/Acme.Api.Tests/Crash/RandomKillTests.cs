using System.Diagnostics;
using System.Globalization;
using Acme.Api.Tests.Ingest;

namespace Acme.Api.Tests.Crash;

/// <summary>
/// Clients upload, ingest, replace, delete, restore, download, search, change users and sessions and reset, while the registry, an engine under it or
/// both are killed (SIGKILL) at random and come back. After each kill: nothing acknowledged is lost, nothing deleted returns by itself. In the end:
/// garbage collection leaves nothing that the catalog does not reach. <c>ACME_TEST_KILLS</c> says how many kills, <c>ACME_TEST_SEED</c> with which seed.
/// </summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class RandomKillTests(ITestOutputHelper output)
{
    private const int ThoroughEvery = 25;

    private static readonly int Kills = NumberIn("ACME_TEST_KILLS") ?? 6;

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_deleted_returns_on_sqlite_and_disk() => RunAsync("sqlite", "disk");

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_deleted_returns_on_postgres() => RunAsync("postgres", "postgres");

    [Fact]
    public Task Nothing_acknowledged_is_lost_and_nothing_deleted_returns_on_dynamodb_and_s3() => RunAsync("dynamodb", "s3");

    private async Task RunAsync(string catalog, string blobs)
    {
        var seed = NumberIn("ACME_TEST_SEED") ?? Random.Shared.Next();
        output.WriteLine($"{catalog}, {blobs}: {Kills} kills, ACME_TEST_SEED={seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        await using var storage = await KillableStorage.StartAsync(catalog, blobs);
        await using var source = await ZipServer.StartAsync();
        var run = new Run(new Ledgers(), source, random);
        var report = new KillReport();
        var registry = Start(data.Path, storage, source);
        try
        {
            var client = await registry.SignedInAsync();
            for (var kill = 1; kill <= Kills; kill++)
            {
                using var stop = new CancellationTokenSource();
                var work = Enumerable.Range(0, Run.Workers).Select(worker => new Workload(client, run, worker, new Random(random.Next())).RunAsync(stop.Token)).ToArray();
                // By count, because a busy machine may take long over the first change; then somewhere inside of those that follow.
                await UntilAcknowledgedAsync(run, random.Next(1, 30), work);
                await Task.Delay(random.Next(30));

                var engine = storage.Engines.Count > 0 && random.Next(10) < 6 ? storage.Engines[random.Next(storage.Engines.Count)] : null;
                var killsRegistry = engine is null || random.Next(4) == 0;
                run.IsDisturbed = engine is not null;
                output.WriteLine(report.Killed(kill, killsRegistry, engine, run.UnderWay));
                if (killsRegistry) await stop.CancelAsync();
                await Task.WhenAll(killsRegistry ? registry.KillAsync() : Task.CompletedTask, engine?.KillAsync() ?? Task.CompletedTask);
                await Task.Delay(random.Next(200));
                if (engine is not null) await engine.RestartAsync();
                if (killsRegistry)
                {
                    await Task.WhenAll(work);
                    client.Dispose();
                    await registry.DisposeAsync();
                    registry = Start(data.Path, storage, source);
                    client = await registry.SignedInAsync();
                }
                else
                {
                    await UntilAcknowledgedAsync(run, random.Next(1, 15), work);
                    await stop.CancelAsync();
                    await Task.WhenAll(work);
                }
                await report.InspectAsync(() => new Inspection(client, run.Known, random).RunAsync(isThorough: kill == Kills || kill % ThoroughEvery == 0), kill);
                run.IsDisturbed = false;
            }
            client.Dispose();
            await registry.SignalAsync("TERM");
            var (exitCode, errors) = await registry.EndAsync();
            Assert.True(exitCode == 0, errors);
            output.WriteLine(await new Orphans(storage, data.Path).ExpectNoneAsync());
        }
        finally
        {
            await registry.DisposeAsync();
            output.WriteLine(report.Text(run));
        }
    }

    private static async Task UntilAcknowledgedAsync(Run run, int more, Task[] work)
    {
        var enough = run.Known.Acknowledged + more;
        var waiting = Stopwatch.StartNew();
        while (run.Known.Acknowledged < enough)
        {
            if (work.FirstOrDefault(w => w.IsCompleted) is { } failed) await failed;
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(3), "Hardly anything was acknowledged within three minutes.");
            await Task.Delay(1);
        }
    }

    private static RegistryProcess Start(string data, KillableStorage storage, ZipServer source) => RegistryProcess.StartOn(
        storage.Settings, data, "--Sources:Http:TrustedHosts:0", source.Authority, "--Jobs:Lease", "00:00:02",
        "--Access:TokenCalls", "1000000", "--Access:FailuresPerAddress", "1000", "--Access:FailuresPerName", "100000",
        // Garbage is collected while all this goes on, too.
        "--Ingest:TimeLimit", "00:01:00", "--Maintenance:Grace", "00:01:30", "--Maintenance:CollectEvery", "00:00:05");

    private static int? NumberIn(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : null;
}

/// <summary>What happened, in figures.</summary>
internal sealed class KillReport
{
    private readonly Dictionary<string, int> _victims = [];
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly Stopwatch _inspecting = new();
    private int _kills;
    private int _underWay;

    public string Killed(int kill, bool killsRegistry, Victim? engine, int underWay)
    {
        _kills++;
        _underWay += underWay;
        var victims = string.Join(" and ", new[] { killsRegistry ? "registry" : null, engine?.Name }.OfType<string>());
        _victims[victims] = _victims.GetValueOrDefault(victims) + 1;
        return $"{_time.Elapsed:mm\\:ss} kill {kill}: {victims}";
    }

    public async Task InspectAsync(Func<Task> inspect, int kill)
    {
        _inspecting.Start();
        try
        {
            await inspect();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"After kill {kill}: {e.Message}", e);
        }
        finally
        {
            _inspecting.Stop();
        }
    }

    public string Text(Run run) =>
        $"{_kills} kills ({string.Join(", ", _victims.OrderByDescending(v => v.Value).Select(v => $"{v.Key} {v.Value}"))}) in {_time.Elapsed.TotalSeconds:0} s, of which {_inspecting.Elapsed.TotalSeconds:0} s inspecting; " +
        $"{run.Known.Acknowledged} changes acknowledged, {_underWay} requests under way at a kill, {run.Known.Unanswered} changes without an answer; " +
        $"errors answered while an engine was away: {(run.Errors.IsEmpty ? "none" : string.Join(", ", run.Errors.Select(e => $"{e.Value} x {e.Key}")))}.";
}
