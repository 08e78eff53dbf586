using System.Diagnostics;
using Acme.Measuring.Servers;
using Acme.Measuring;

namespace Acme.Benchmarks;

/// <summary>From the start of the process to the first answer of <c>/health</c>, each time on a new data directory.</summary>
internal static class StartupBenchmark
{
    private const double LimitSeconds = 3;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        Report.Title("startup: process start to the first answer of /health");
        var times = new List<TimeSpan>();
        for (var run = 0; run < (report.Quick ? 3 : 10); run++)
        {
            var start = Stopwatch.GetTimestamp();
            using var registry = await RegistryProcess.StartAsync(workspace[$"start-{run}"], cancellationToken);
            using var answer = await registry.Client.GetAsync("/health", cancellationToken);
            answer.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        Report.Line($"seconds, in order: {string.Join("  ", times.Select(t => $"{t.TotalSeconds:0.00}"))}");
        var slowest = times.Max().TotalSeconds;
        report.Bound($"first answer within {LimitSeconds} s: the slowest took {slowest:0.00} s", slowest <= LimitSeconds);
    }
}
