using Acme.Client.Contract;
using Acme.LoadTest.Load;
using Acme.LoadTest.Models;
using Acme.LoadTest.Results;
using Acme.LoadTest.Targets;
using Acme.LoadTest.Workloads;

namespace Acme.LoadTest;

/// <summary>Measures a registry that runs, one workload after the other.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(Options options, CancellationToken cancellationToken)
    {
        await using var progress = options.Progress ? new ProgressLine(cancellationToken) : null;
        var ended = progress?.Ended ?? cancellationToken;
        var startedAt = DateTime.UtcNow;
        using var registry = new ServerClient(options.Url, options.User, options.Password, Options.Token);
        var models = await PreparedModels.PrepareAsync(registry, options.Models, share => progress?.Report("preparing", share * 0.2), ended);
        var workloads = new WorkloadSet(registry, models);
        var measurements = new List<LoadTestMeasurement>();
        try
        {
            for (var i = 0; i < options.Workloads.Count; i++)
            {
                var kind = options.Workloads[i];
                await using var watch = new ServerWatch(registry, options.ServerProcess);
                var measurement = new Measurement(options.Text("name") ?? options.Url.Authority, kind, await workloads.CreateAsync(kind, ended), ShapeOf(options, kind), watch);
                for (var round = -options.WarmUp; round < options.Rounds; round++)
                {
                    var share = (i + ((double)(round + options.WarmUp) / (options.WarmUp + options.Rounds))) / options.Workloads.Count;
                    progress?.Report($"{kind.ToString().ToLowerInvariant()}, {(round < 0 ? "warm-up" : $"round {round + 1} of {options.Rounds}")}", 0.2 + (share * 0.8), measurement);
                    if (round < 0) await measurement.WarmUpAsync(ended);
                    else await measurement.RunAsync(ended);
                }
                measurements.Add(measurement.Finish());
            }
        }
        finally
        {
            // Also when it is stopped: then most of all there is nobody else to do it.
            if (options.Clean) await models.CleanAsync(registry, workloads.Added, CancellationToken.None);
        }
        await Output.WriteAsync(options, new() { StartedAt = startedAt, Machine = Machine.Describe(), Measurements = measurements }, ended);
        return measurements.Any(m => m.Errors > 0) ? 1 : 0;
    }

    /// <summary>Where nothing else is said, each client of a round downloads once; small requests, of which a round would be over at once, are sent for some seconds.</summary>
    public static Shape ShapeOf(Options options, LoadTestWorkload kind)
    {
        var isDownload = kind is LoadTestWorkload.Whole or LoadTestWorkload.Weights or LoadTestWorkload.File or LoadTestWorkload.Resumed;
        var seconds = options.Seconds ?? (isDownload || options.Requests is not null ? null : Options.UsualSeconds);
        return new(options.Clients, options.Rate, seconds, options.Requests ?? options.Clients);
    }
}
