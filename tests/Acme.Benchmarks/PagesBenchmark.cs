using System.Diagnostics;
using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Registry.Local.Sqlite;

namespace Acme.Benchmarks;

/// <summary>The web UI's directory over 100,000 artifacts, as 50 people use it at once: each asks for a page, reads it for a second or two, and asks for the next.</summary>
internal static class PagesBenchmark
{
    private const double LimitMilliseconds = 100;
    private const int Users = 50;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        var size = report.Quick ? 5000 : 100_000;
        Report.Title($"pages: the directory at {size:N0} artifacts, {Users} users");
        await using (var catalog = new SqliteCatalog(Path.Combine(workspace["pages"], "catalog.db"))) await CatalogBenchmark.FillAsync(catalog, size, cancellationToken);

        using var registry = await RegistryProcess.StartAsync(workspace["pages"], cancellationToken);
        await registry.SignInAsync(cancellationToken);
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = registry.Client.BaseAddress };
        browser.DefaultRequestHeaders.Add("Cookie", $"acme-session={registry.Token[(registry.Token.LastIndexOf(' ') + 1)..]}");
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "br");

        (string Name, Func<int, string> Path)[] pages =
        [
            ("newest", _ => "/directory"),
            ("by score", _ => "/directory?type=model&order=net_score"),
            ("part of a name", i => $"/directory?q={Uri.EscapeDataString(GeneratedArtifacts.Name(i * 7 % 5000)[..^2])}"),
            ("a licence and a score", _ => "/directory?license=MIT&minNetScore=0.5"),
        ];
        // What is measured is a process that has served pages before: the runtime compiles what is hot once it knows it is.
        foreach (var i in Enumerable.Range(0, 200)) await VisitAsync(pages[i % pages.Length].Path(i));

        var before = ProcessorTime.Of(registry.Id);
        var times = pages.ToDictionary(p => p.Name, _ => new List<TimeSpan>());
        var until = Stopwatch.GetTimestamp() + Stopwatch.Frequency * (report.Quick ? 5 : 30);
        await Task.WhenAll(Enumerable.Range(0, Users).Select(async user =>
        {
            var random = new Random(user);
            // People do not all begin in the same instant.
            await Task.Delay(random.Next(2000), cancellationToken);
            for (var visit = user; Stopwatch.GetTimestamp() < until; visit++)
            {
                var (name, path) = pages[visit % pages.Length];
                var time = await Distribution.TimeAsync(() => VisitAsync(path(visit)));
                lock (times) times[name].Add(time);
                await Task.Delay(random.Next(1000, 2000), cancellationToken);
            }
        }));

        Report.Table(Distribution.Header, [.. times.Select(t => new Distribution(t.Value).Row(t.Key))]);
        var all = new Distribution(times.Values.SelectMany(t => t));
        Report.Line($"{(ProcessorTime.Of(registry.Id) - before).TotalMilliseconds / times.Values.Sum(t => t.Count):0.0} ms of processor time per page");
        report.Bound($"p99 of all pages under {LimitMilliseconds} ms: {all.Percentile(0.99):0.0} ms", all.Percentile(0.99) < LimitMilliseconds);

        async Task VisitAsync(string path)
        {
            using var answer = await browser.GetAsync(path, cancellationToken);
            if ((int)answer.StatusCode != 200) throw new InvalidDataException($"{path}: expected 200, got {(int)answer.StatusCode}.");
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
