using System.Text.Json;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Measuring;

namespace Acme.LoadTest.Results;

/// <summary>Puts results where the options want them: a table always (but where progress goes there), JSON and HTML where asked for.</summary>
internal static class Output
{
    public static async Task WriteAsync(Options options, LoadTestResult result, CancellationToken cancellationToken)
    {
        if (!options.Progress) WriteTable(result);
        if (options.Text("json") is { } json) await File.WriteAllBytesAsync(json, JsonSerializer.SerializeToUtf8Bytes(result, ContractJson.Default.LoadTestResult), cancellationToken);
        if (options.Text("html") is { } html) await File.WriteAllTextAsync(html, HtmlReport.Of(result), cancellationToken);
    }

    public static void WriteTable(LoadTestResult result)
    {
        Report.Title($"load test of {result.StartedAt:u} on {result.Machine}");
        Report.Table(Columns.Headers, [.. result.Measurements.Select(Columns.Row)]);
        foreach (var measurement in result.Measurements)
        {
            foreach (var (kind, count) in measurement.ErrorKinds) Report.Line($"{measurement.Target}, {measurement.Workload}: {count} times: {kind}");
            foreach (var issue in measurement.Server?.Bottlenecks ?? []) Report.Line($"{measurement.Target}, {measurement.Workload}: {issue.Summary} {issue.Details}");
        }
    }
}

/// <summary>The columns of the table, on the console and in the report.</summary>
internal static class Columns
{
    public static string[] Headers { get; } =
    [
        "target, workload", "load", "MB/s", "req/s", "mean ms", "p50", "p90", "p99", "max", "p99/mean", "answer p99", "in server p99", "1st byte p99", "requests", "errors", "redirects", "CPU s", "cores", "RSS MB",
    ];

    public static string[] Row(LoadTestMeasurement m) =>
    [
        $"{m.Target}, {m.Workload.ToString().ToLowerInvariant()}",
        m.Rate is { } rate ? $"{rate:0}/s" : $"{m.Clients}",
        $"{m.MegabytesPerSecond:0.0}", $"{m.RequestsPerSecond:0.0}",
        $"{m.Latency.Mean:0.0}", $"{m.Latency.Median:0.0}", $"{m.Latency.P90:0.0}", $"{m.Latency.P99:0.0}", $"{m.Latency.Max:0.0}",
        // Of the rounds the middle one: they differ by what else the machine did.
        $"{m.RoundP99OverMean.Order().ElementAt(m.RoundP99OverMean.Count / 2):0.00}",
        $"{m.Answer.P99:0.0}", $"{m.ServerAnswer?.P99:0.0}", $"{m.FirstByte.P99:0.0}",
        $"{m.Requests}", $"{m.Errors}", $"{m.Redirects}",
        $"{m.Server?.ProcessorSeconds:0.00}", $"{m.Server?.Cores:0.00}", $"{m.Server?.ResidentMegabytes:0}",
    ];
}
