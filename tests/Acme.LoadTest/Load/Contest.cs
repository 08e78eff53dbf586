using Acme.Client.Contract;
using Acme.LoadTest.Results;
using Acme.LoadTest.Targets;

namespace Acme.LoadTest.Load;

/// <summary>Measures targets in turns, round by round, so that whatever else the machine does meets all of them alike.</summary>
internal static class Contest
{
    public static async Task<LoadTestResult> RunAsync(IReadOnlyList<Target> targets, IReadOnlyList<LoadTestWorkload> workloads, Options options, CancellationToken cancellationToken)
    {
        var startedAt = DateTime.UtcNow;
        var finished = new List<LoadTestMeasurement>();
        foreach (var kind in workloads)
        {
            var watches = new List<ServerWatch>();
            var measurements = new List<Measurement>();
            try
            {
                foreach (var target in targets)
                {
                    if (await target.CreateAsync(kind, cancellationToken) is not { } workload) continue;
                    watches.Add(new(target.IsRegistry ? target.Client : null, target.ProcessId));
                    measurements.Add(new(target.Name, kind, workload, RunCommand.ShapeOf(options, kind), watches[^1]));
                }
                for (var round = -options.WarmUp; round < options.Rounds; round++)
                {
                    foreach (var measurement in measurements)
                    {
                        if (round < 0) await measurement.WarmUpAsync(cancellationToken);
                        else await measurement.RunAsync(cancellationToken);
                    }
                    Console.Error.WriteLine($"{kind.ToString().ToLowerInvariant()}: {(round < 0 ? "warm-up" : $"round {round + 1} of {options.Rounds}")}");
                }
                foreach (var measurement in measurements) finished.Add(measurement.Finish());
            }
            finally
            {
                foreach (var watch in watches) await watch.DisposeAsync();
            }
        }
        return new() { StartedAt = startedAt, Machine = Machine.Describe(), Measurements = finished };
    }
}
