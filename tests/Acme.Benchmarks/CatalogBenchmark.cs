using System.Net.Http.Json;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Measuring;
using Acme.Registry.Local.Sqlite;

namespace Acme.Benchmarks;

/// <summary>A catalog of 100,000 artifacts: what an insert costs beside one of 1,000, and how long listings and searches take over HTTP.</summary>
internal static class CatalogBenchmark
{
    private const double LimitMilliseconds = 50;
    private const int Small = 1000;
    private const int SavesAtOnce = 256;
    private const int ClientsAtOnce = 8;

    // A word that no card has, of trigrams that every card has: the index cannot rule out any card by a trigram alone.
    private const string WorstCase = "regex, worst case";

    // How much dearer the median insert may seem before it counts: runs differ by that much.
    private const double Noise = 1.2;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        var size = report.Quick ? 5000 : 100_000;
        Report.Title($"catalog: {size:N0} artifacts");
        await using (var large = new SqliteCatalog(Path.Combine(workspace["large"], "catalog.db")))
        await using (var small = new SqliteCatalog(Path.Combine(workspace["small"], "catalog.db")))
        {
            await FillAsync(small, Small, cancellationToken);
            var time = await Distribution.TimeAsync(() => FillAsync(large, size, cancellationToken));
            Report.Line($"filled, {SavesAtOnce} at once: {size / time.TotalSeconds:N0} artifacts/s; {new FileInfo(Path.Combine(workspace["large"], "catalog.db")).Length / 1e6:0} MB on disk");
            await CompareInsertsAsync(report, small, large, size, cancellationToken);
        }
        await AskAsync(report, workspace["large"], cancellationToken);
    }

    private static async Task FillAsync(SqliteCatalog catalog, int count, CancellationToken cancellationToken)
    {
        await catalog.PrepareAsync(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SavesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), parallel, (number, ct) => new(SaveAsync(catalog, number, ct)));
    }

    private static Task<long> SaveAsync(SqliteCatalog catalog, int number, CancellationToken cancellationToken) =>
        catalog.Artifacts.SaveAsync(GeneratedArtifacts.Artifact(number), GeneratedArtifacts.Card(number), 0, cancellationToken);

    /// <summary>The same artifacts, one at a time, into both in turns, so that whatever else the machine does meets both alike.</summary>
    private static async Task CompareInsertsAsync(Report report, SqliteCatalog small, SqliteCatalog large, int size, CancellationToken cancellationToken)
    {
        var (intoSmall, intoLarge) = (new List<TimeSpan>(), new List<TimeSpan>());
        // So few that the small one stays small.
        for (var i = 0; i < 300; i++)
        {
            var number = size + i;
            intoSmall.Add(await Distribution.TimeAsync(() => SaveAsync(small, number, cancellationToken)));
            intoLarge.Add(await Distribution.TimeAsync(() => SaveAsync(large, number, cancellationToken)));
        }
        var (few, many) = (new Distribution(intoSmall), new Distribution(intoLarge));
        Report.Line("");
        Report.Table(Distribution.Header, [few.Row($"insert at {Small:N0}"), many.Row($"insert at {size:N0}")]);
        var ratio = many.Median / few.Median;
        Report.Line($"means: {few.Mean:0.00} and {many.Mean:0.00} ms");
        report.Bound($"an insert costs no more than at {Small:N0}: {ratio:0.00} times (noise up to {Noise})", ratio <= Noise);
        Report.Line("");
    }

    private static async Task AskAsync(Report report, string dataDirectory, CancellationToken cancellationToken)
    {
        using var registry = await RegistryProcess.StartAsync(dataDirectory, cancellationToken);
        await registry.SignInAsync(cancellationToken);
        var client = registry.Client;
        (string Name, Func<int, Task<HttpResponseMessage>> Ask, int Status)[] questions =
        [
            ("first page", _ => client.PostAsJsonAsync("/artifacts", new[] { new { name = "*" } }, cancellationToken), 200),
            ("browse, newest", _ => client.GetAsync("/artifacts?limit=50", cancellationToken), 200),
            ("browse, licence, best first", _ => client.GetAsync("/artifacts?license=mit&order=net_score&limit=50", cancellationToken), 200),
            ("browse, rejected, by name", _ => client.GetAsync("/artifacts?type=model&verdict=rejected&order=name&limit=50", cancellationToken), 200),
            ("browse, text", i => client.GetAsync($"/artifacts?q={1000 + (i * 7 % 4000)}&order=name&limit=50", cancellationToken), 200),
            ("overview", _ => client.GetAsync("/overview", cancellationToken), 200),
            ("exact name", i => client.GetAsync($"/artifact/byName/{Uri.EscapeDataString(GeneratedArtifacts.Name(i * 7 % 5000))}", cancellationToken), 200),
            ("regex, rare literal", _ => SearchAsync($"{GeneratedArtifacts.RareWord}-[0-9]+"), 200),
            ("regex, in every card", _ => SearchAsync($"the {GeneratedArtifacts.CommonWord}? lib"), 200),
            ("regex, nothing", _ => SearchAsync("qqxjzv[a-z]+"), 404),
            ("regex, alternation", _ => SearchAsync($"({GeneratedArtifacts.RareWord}|xylographic|wolframite)-[0-9]+"), 200),
            ("regex, name", i => SearchAsync($"^[a-z]+/.*-{1000 + (i * 7 % 4000)}$"), 200),
            (WorstCase, _ => SearchAsync("transformation"), 404),
        ];

        var rows = new List<string[]>();
        var (slowest, slowestName) = (0.0, "");
        foreach (var (name, ask, status) in questions)
        {
            await TimeAllAsync(ask, status, 20, 1);
            foreach (var (clients, count) in new[] { (1, 300), (ClientsAtOnce, 800) })
            {
                var times = new Distribution(await TimeAllAsync(ask, status, report.Quick ? count / 4 : count, clients));
                rows.Add(times.Row(clients == 1 ? name : $"  {clients} clients"));
                if (clients == 1 && name != WorstCase && times.Percentile(0.99) > slowest) (slowest, slowestName) = (times.Percentile(0.99), name);
            }
        }
        Report.Table(Distribution.Header, rows);
        Report.Line($"resident set of the registry: at most {ResidentSet.Peak(registry.Id):0} MB");
        report.Bound($"every p99 with one client, but for the worst case, under {LimitMilliseconds} ms: the slowest is {slowest:0.0} ms ({slowestName})", slowest < LimitMilliseconds);

        Task<HttpResponseMessage> SearchAsync(string regex) => client.PostAsJsonAsync("/artifact/byRegEx", new { regex }, cancellationToken);
    }

    private static async Task<TimeSpan[]> TimeAllAsync(Func<int, Task<HttpResponseMessage>> ask, int status, int count, int clients)
    {
        var times = new TimeSpan[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                times[i] = await Distribution.TimeAsync(async () =>
                {
                    using var answer = await ask(i);
                    if ((int)answer.StatusCode != status)
                        throw new InvalidDataException($"Expected {status}, got {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                });
            }
        }));
        return times;
    }
}
