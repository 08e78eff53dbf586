using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Registry.Artifacts;

namespace Acme.Benchmarks;

/// <summary>Reading an artifact's metadata with a token, beside an ASP.NET Core endpoint that does nothing and perhaps another build, in turns.</summary>
internal static class MetadataBenchmark
{
    private const double LeastRatio = 0.5;
    private const int Clients = 32;
    private const int WarmUpRounds = 3;

    public static async Task RunAsync(Report report, BenchmarkOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        Report.Title($"metadata: {Clients} clients read artifacts on {options.Driver}, beside an empty endpoint");
        await using var driver = await CatalogDriver.StartAsync(options.Driver);
        using var empty = await EmptyServer.StartAsync(cancellationToken);
        var (registry, ours) = await StartAsync(driver, workspace["data"], null, cancellationToken);
        using var _ = registry;
        var contestants = new List<Contestant> { new("empty", empty.Id, [new(empty.Address, "/", null)]), new("registry", registry.Id, ours) };
        var (other, theirs) = options.Before is { } program ? await StartAsync(driver, workspace["before"], program, cancellationToken) : (null, []);
        using var __ = other;
        if (other is not null) contestants.Add(new("before", other.Id, theirs));

        // A token is good for a million calls, and all rounds together must do with one.
        var length = TimeSpan.FromSeconds(options.Quick ? 1 : 1.5);
        for (var round = -WarmUpRounds; round < (options.Quick ? 3 : 9); round++)
        {
            foreach (var contestant in contestants) await contestant.RunAsync(length, counts: round >= 0, cancellationToken);
        }
        Report.Table(["", "req/s, median", "of the empty endpoint's", "CPU µs/req, median"],
        [
            .. contestants.Select(c => new[] { c.Name, $"{Median(c.Rates):0}", $"{Median(c.RatiosTo(contestants[0])):0.00}", $"{Median(c.Microseconds):0.0}" }),
        ]);
        var ratios = contestants[1].RatiosTo(contestants[0]).ToArray();
        report.Bound($"at least {LeastRatio} of an empty endpoint: median {Median(ratios):0.00}, from {ratios.Min():0.00} to {ratios.Max():0.00}", Median(ratios) >= LeastRatio);
    }

    private static async Task<(RegistryProcess Registry, RawRequests[] Requests)> StartAsync(CatalogDriver driver, string directory, string? program, CancellationToken cancellationToken)
    {
        var (catalog, settings) = await driver.OpenAsync(directory);
        for (var i = 0; i < 500; i++) await catalog.Artifacts.SaveAsync(GeneratedArtifacts.Artifact(i), GeneratedArtifacts.Card(i), 0, cancellationToken);
        var page = await catalog.Artifacts.ListAsync([new(null, [ArtifactType.Model])], null, 100, cancellationToken);
        await CatalogDriver.CloseAsync(catalog);
        var registry = await RegistryProcess.StartAsync(directory, cancellationToken, settings, program: program);
        await registry.SignInAsync(cancellationToken);
        return (registry, [.. page.Items.Select(a => new RawRequests(registry.Client.BaseAddress!, $"/artifacts/model/{a.Id}", registry.Token))]);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed record Contestant(string Name, int ProcessId, RawRequests[] Requests)
    {
        public List<double> Rates { get; } = [];

        public List<double> Microseconds { get; } = [];

        public IEnumerable<double> RatiosTo(Contestant other) => Rates.Zip(other.Rates, (mine, theirs) => mine / theirs);

        public async Task RunAsync(TimeSpan length, bool counts, CancellationToken cancellationToken)
        {
            var before = ProcessorTime.Of(ProcessId);
            var (count, time) = await RawRequests.RunAsync(Requests, Clients, length, cancellationToken);
            if (!counts) return;
            Rates.Add(count / time.TotalSeconds);
            Microseconds.Add((ProcessorTime.Of(ProcessId) - before).TotalMicroseconds / count);
        }
    }
}
