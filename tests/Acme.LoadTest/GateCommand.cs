using System.Text.Json;
using Acme.Client.Contract;
using Acme.LoadTest.Load;
using Acme.LoadTest.Results;
using Acme.LoadTest.Targets;
using Acme.Measuring;

namespace Acme.LoadTest;

/// <summary>Measures this build beside nginx and another build, and holds the ratios to the bounds that a file keeps.</summary>
internal static class GateCommand
{
    private const string Current = "this build";
    private const string Previous = "previous";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    public static async Task<int> RunAsync(Options options, CancellationToken cancellationToken)
    {
        var path = options.Text("gate") ?? Path.Combine(AppContext.BaseDirectory, "gate.json");
        var gate = JsonSerializer.Deserialize<Gate>(await File.ReadAllBytesAsync(path, cancellationToken), Json)!;
        using var workspace = new Workspace();
        var targets = new List<Target>();
        try
        {
            targets.Add(await PeerTarget.NginxAsync(workspace["nginx"], cancellationToken));
            targets.Add(await RegistryTarget.StartAsync(Current, workspace["current"], options.Models, [], new Dictionary<string, string>(), null, cancellationToken));
            if (options.Text("previous") is { } program)
                targets.Add(await RegistryTarget.StartAsync(Previous, workspace["previous"], options.Models, [], new Dictionary<string, string>(), Path.GetFullPath(program), cancellationToken));

            var result = await Contest.RunAsync(targets, [.. gate.Bounds.Select(b => b.Workload).Distinct()], options, cancellationToken);
            await Output.WriteAsync(options, result, cancellationToken);
            return Judge(gate, result, withPrevious: targets.Count > 2);
        }
        finally
        {
            foreach (var target in targets) await target.DisposeAsync();
        }
    }

    private static int Judge(Gate gate, LoadTestResult result, bool withPrevious)
    {
        var report = new Report(quick: false);
        Report.Title("the gate");
        foreach (var bound in gate.Bounds.Where(b => withPrevious || b.Of != Previous))
        {
            var current = result.Measurements.Single(m => m.Target == Current && m.Workload == bound.Workload);
            var other = bound.Of is null ? null : result.Measurements.Single(m => m.Target == bound.Of && m.Workload == bound.Workload);
            var value = ValueOf(bound.Figure, current, other);
            var holds = (bound.Least is not { } least || value >= least) && (bound.Most is not { } most || value <= most);
            var limit = bound.Least is { } atLeast ? $"at least {atLeast}" : $"at most {bound.Most}";
            report.Bound($"{bound.Workload.ToString().ToLowerInvariant()}, {bound.Figure}{(bound.Of is null ? "" : $" of {bound.Of}")}: {value:0.00}, {limit}", holds);
        }
        return report.Finish();
    }

    private static double ValueOf(string figure, LoadTestMeasurement current, LoadTestMeasurement? other) => figure switch
    {
        // Round by round, so that what disturbed one round weighs no more than any other.
        "throughput" when other is not null => Median(current.RoundRequestsPerSecond.Zip(other.RoundRequestsPerSecond, (a, b) => a / b)),
        "processor time" when other is not null => current.Server!.ProcessorSeconds!.Value / current.Requests / (other.Server!.ProcessorSeconds!.Value / other.Requests),
        "p99/mean" => Median(current.RoundP99OverMean),
        "resident megabytes" => current.Server!.ResidentMegabytes!.Value,
        "errors" => current.Errors,
        _ => throw new OptionException($"The gate knows no figure '{figure}'{(other is null ? " without 'of'" : "")}: throughput, processor time (both with 'of'), p99/mean, resident megabytes, errors."),
    };

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>The file's contents.</summary>
    private sealed record Gate(IReadOnlyList<Bound> Bounds);

    /// <summary>What must hold of this build.</summary>
    /// <param name="Workload">In which workload.</param>
    /// <param name="Figure">Which figure.</param>
    /// <param name="Of">What it is divided by: <c>nginx</c> or <c>previous</c>; absent for the figure itself.</param>
    /// <param name="Least">It must not be below.</param>
    /// <param name="Most">It must not be above.</param>
    private sealed record Bound(LoadTestWorkload Workload, string Figure, string? Of, double? Least, double? Most);
}
