using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;

namespace Acme.Benchmarks;

/// <summary>Reading an artifact's metadata with a token, beside an ASP.NET Core endpoint that does nothing, in turns.</summary>
internal static class MetadataBenchmark
{
    private const double LeastRatio = 0.5;
    private const int Clients = 32;

    public static async Task RunAsync(Report report, BenchmarkOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        Report.Title($"metadata: {Clients} clients read artifacts on {options.Driver}, beside an empty endpoint");
        await using var driver = await CatalogDriver.StartAsync(options.Driver);
        var (catalog, settings) = await driver.OpenAsync(workspace["data"]);
        for (var i = 0; i < 500; i++) await catalog.Artifacts.SaveAsync(GeneratedArtifacts.Artifact(i), GeneratedArtifacts.Card(i), 0, cancellationToken);
        var page = await catalog.Artifacts.ListAsync([new(null, [Registry.Artifacts.ArtifactType.Model])], null, 100, cancellationToken);
        await CatalogDriver.CloseAsync(catalog);

        using var registry = await RegistryProcess.StartAsync(workspace["data"], cancellationToken, settings);
        await registry.SignInAsync(cancellationToken);
        using var empty = await EmptyServer.StartAsync(cancellationToken);
        RawRequests[] ours = [.. page.Items.Select(a => new RawRequests(registry.Client.BaseAddress!, $"/artifacts/model/{a.Id}", registry.Token))];
        RawRequests[] theirs = [new(empty.Address, "/", null)];

        var length = TimeSpan.FromSeconds(options.Quick ? 1 : 4);
        for (var i = 0; i < 2; i++)
        {
            await RawRequests.RunAsync(ours, Clients, length, cancellationToken);
            await RawRequests.RunAsync(theirs, Clients, length, cancellationToken);
        }
        var rows = new List<string[]>();
        var ratios = new List<double>();
        for (var round = 1; round <= (options.Quick ? 3 : 9); round++)
        {
            var (rate, processor) = await MeasureAsync(ours, registry.Id);
            var (emptyRate, emptyProcessor) = await MeasureAsync(theirs, empty.Id);
            ratios.Add(rate / emptyRate);
            rows.Add([$"round {round}", $"{rate:0}", $"{emptyRate:0}", $"{ratios[^1]:0.00}", $"{processor:0.0}", $"{emptyProcessor:0.0}"]);
        }
        Report.Table(["", "registry req/s", "empty req/s", "ratio", "registry CPU µs/req", "empty CPU µs/req"], rows);
        var median = ratios.Order().ElementAt(ratios.Count / 2);
        report.Bound($"at least {LeastRatio} of an empty endpoint: median {median:0.00}, from {ratios.Min():0.00} to {ratios.Max():0.00}", median >= LeastRatio);

        async Task<(double Rate, double Microseconds)> MeasureAsync(RawRequests[] requests, int process)
        {
            var before = ProcessorTime.Of(process);
            var (count, time) = await RawRequests.RunAsync(requests, Clients, length, cancellationToken);
            return (count / time.TotalSeconds, (ProcessorTime.Of(process) - before).TotalMicroseconds / count);
        }
    }
}
