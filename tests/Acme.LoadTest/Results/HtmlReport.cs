using System.Net;
using System.Security.Cryptography;
using System.Text;
using Acme.Client.Contract;

namespace Acme.LoadTest.Results;

/// <summary>A page that needs nothing but itself: no script, no font, no image from elsewhere, and a policy that says so.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #c9d1d9; --bar: #2456a6; --soft: #5b6673; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --paper: #14181d; --line: #3a424c; --bar: #7fb0ff; --soft: #a5afba; --bad: #ff8a80; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
        h2 { margin-top: 2.5rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
        th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        svg { max-width: 100%; height: auto; }
        svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
        svg rect, svg polyline { fill: var(--bar); }
        svg polyline { fill: none; stroke: var(--bar); stroke-width: 2; }
        svg .axis { stroke: var(--line); }
        .bad { color: var(--bad); font-weight: 600; }
        """;

    public static string Of(LoadTestResult result)
    {
        var page = new StringBuilder();
        // The browser compares the hash with the element's exact text.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));
        page.Append($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Load test of {result.StartedAt:yyyy-MM-dd HH:mm} UTC</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>Load test of {result.StartedAt:yyyy-MM-dd HH:mm} UTC</h1>
            <p>Measured on {Text(result.Machine)}. Megabytes have 10<sup>6</sup> bytes; durations are in milliseconds, from when a request was due to its last byte.</p>

            """);
        foreach (var workload in result.Measurements.GroupBy(m => m.Workload)) AppendWorkload(page, workload.Key, [.. workload]);
        page.Append("</body>\n</html>\n");
        return page.ToString();
    }

    private static void AppendWorkload(StringBuilder page, LoadTestWorkload workload, IReadOnlyList<LoadTestMeasurement> measurements)
    {
        var word = workload.ToString().ToLowerInvariant();
        page.Append($"<h2>{word}</h2>\n");
        AppendTable(page, $"What was measured of {word}", Columns.Headers, measurements.Select(Columns.Row));
        var bytes = workload is LoadTestWorkload.Whole or LoadTestWorkload.Weights or LoadTestWorkload.File or LoadTestWorkload.Resumed;
        page.Append(bytes
            ? Charts.Bars("Throughput, MB/s", [.. measurements.Select(m => (m.Target, m.MegabytesPerSecond))])
            : Charts.Bars("Throughput, requests/s", [.. measurements.Select(m => (m.Target, m.RequestsPerSecond))]));
        page.Append(Charts.Bars("p99 of the latency, ms", [.. measurements.Select(m => (m.Target, m.Latency.P99))]));
        foreach (var m in measurements) AppendDetails(page, m);
    }

    private static void AppendDetails(StringBuilder page, LoadTestMeasurement m)
    {
        page.Append($"<h3>{Text(m.Target)}, {m.Workload.ToString().ToLowerInvariant()}</h3>\n");
        page.Append(m.Errors == 0
            ? $"<p>{m.Requests:N0} requests, no error: every answer was what it had to be.</p>\n"
            : $"<p class=\"bad\">{m.Errors:N0} of {m.Requests:N0} requests went wrong.</p>\n");
        if (m.ErrorKinds.Count > 0) AppendTable(page, "What went wrong", ["error", "times"], m.ErrorKinds.Select(e => new[] { e.Key, $"{e.Value}" }));
        AppendTable(page, "Distributions, ms", ["", "mean", "median", "p90", "p99", "max"], new[] { ("until the last byte", m.Latency), ("until the head of the answer", m.Answer), ("of that within the server", m.ServerAnswer), ("until the first byte", m.FirstByte) }
            .Where(r => r.Item2 is not null)
            .Select(r => new[] { r.Item1, $"{r.Item2!.Mean:0.00}", $"{r.Item2.Median:0.00}", $"{r.Item2.P90:0.00}", $"{r.Item2.P99:0.00}", $"{r.Item2.Max:0.00}" }));
        page.Append(Charts.Line("Requests answered, by second", [.. m.Timeline.Select(t => (t.Second, (double)t.Requests))]));
        page.Append(Charts.Line("p99 of the latency by second, ms", [.. m.Timeline.Select(t => (t.Second, t.P99))]));
        if (m.Server is not { } server) return;
        if (server.Process is { } process) AppendTable(page, "The most that the registry said of its process", ["figure", "value"], process.Select(p => new[] { p.Key, $"{p.Value:0.###}" }));
        if (server.Bottlenecks is not { } bottlenecks) return;
        page.Append(bottlenecks.Count == 0 ? "<p>The registry named no bottleneck.</p>\n" : "<ul>\n");
        foreach (var issue in bottlenecks) page.Append($"<li><strong>{Text(issue.Summary)}</strong> {Text(issue.Details ?? "")}</li>\n");
        if (bottlenecks.Count > 0) page.Append("</ul>\n");
    }

    private static void AppendTable(StringBuilder page, string caption, IEnumerable<string> headers, IEnumerable<string[]> rows)
    {
        page.Append($"<div class=\"scroll\"><table>\n<caption>{Text(caption)}</caption>\n<thead><tr>");
        foreach (var header in headers) page.Append($"<th scope=\"col\">{Text(header)}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            page.Append($"<tr><th scope=\"row\">{Text(row[0])}</th>");
            foreach (var cell in row.Skip(1)) page.Append($"<td>{Text(cell)}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
