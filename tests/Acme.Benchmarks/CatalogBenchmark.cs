using System.Net.Http.Json;
using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Registry.Storage;

namespace Acme.Benchmarks;

/// <summary>A large catalog: what an insert costs beside one of 1,000 artifacts, and how long listings and searches take over HTTP.</summary>
internal static class CatalogBenchmark
{
    private const int Usual = 100_000;
    private const int Small = 1000;
    private const int SavesAtOnce = 256;
    private const int ClientsAtOnce = 8;

    // How far in the deep page is, in pages of a thousand.
    private const int Depth = 400;

    // How much dearer the median insert may seem before it counts: runs differ by that much.
    private const double Noise = 1.2;

    public static async Task RunAsync(Report report, BenchmarkOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        var size = options.Size ?? (options.Quick ? 5000 : Usual);
        Report.Title($"catalog: {size:N0} artifacts on {options.Driver}, {options.Cards} % with a card");
        await using var driver = await CatalogDriver.StartAsync(options.Driver);
        var directory = options is { Driver: CatalogDriver.Sqlite, Keep: { } kept } ? Path.GetFullPath(kept) : workspace["large"];
        var (large, settings) = await driver.OpenAsync(directory, options.Keep);
        var (small, smallSettings) = await driver.OpenAsync(workspace["small"]);
        // Numbers that no earlier run has used in a catalog that is kept.
        int unused;
        try
        {
            await SaveAsync(small, 0, Small, options.Cards, cancellationToken);
            var there = (await large.Artifacts.CountAsync(cancellationToken)).ByType.Values.Sum();
            if (there < size)
            {
                if (there > 0) throw new InvalidOperationException($"The catalog holds {there:N0} artifacts; give --keep an empty one, or a --size that it reaches.");
                var time = await Distribution.TimeAsync(() => driver.Name == CatalogDriver.Postgres
                    ? PostgresFill.RunAsync(settings[^1], size, number => CardOf(number, options.Cards), cancellationToken)
                    : SaveAsync(large, 0, size, options.Cards, cancellationToken));
                Report.Line($"filled: {size / time.TotalSeconds:N0} artifacts/s");
                await driver.SettleAsync(settings);
            }
            unused = 20_000_000 + (2 * (int)there);
            await CompareInsertsAsync(report, small, large, size, unused, cancellationToken);
            await CompareRatesAsync(report, small, large, unused + 1000, cancellationToken);
        }
        finally
        {
            await CatalogDriver.CloseAsync(large);
            await CatalogDriver.CloseAsync(small);
        }
        await CatalogIngest.CompareAsync(report, Small, (workspace["small"], smallSettings), (directory, settings), unused + 3000, cancellationToken);
        await AskAsync(report, options.Quick, size, directory, settings, cancellationToken);
    }

    /// <summary>Fills an empty catalog with artifacts that all have cards.</summary>
    internal static async Task FillAsync(ICatalog catalog, int count, CancellationToken cancellationToken)
    {
        await catalog.PrepareAsync(cancellationToken);
        await SaveAsync(catalog, 0, count, 100, cancellationToken);
    }

    private static async Task SaveAsync(ICatalog catalog, int first, int count, int cards, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SavesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(first, count), parallel, (number, ct) => new(SaveAsync(catalog, number, cards, ct)));
    }

    private static Task<long> SaveAsync(ICatalog catalog, int number, int cards, CancellationToken cancellationToken) =>
        catalog.Artifacts.SaveAsync(GeneratedArtifacts.Artifact(number), CardOf(number, cards), 0, cancellationToken);

    // A prime spreads those with a card over all numbers, and zero is among them: the rare word is there.
    private static string? CardOf(int number, int cards) => number % 10_000 == 0 || (long)number * 7919 % 100 < cards ? GeneratedArtifacts.Card(number) : null;

    /// <summary>The same artifacts, one at a time, into both in turns, so that whatever else the machine does meets both alike.</summary>
    private static async Task CompareInsertsAsync(Report report, ICatalog small, ICatalog large, int size, int first, CancellationToken cancellationToken)
    {
        var (intoSmall, intoLarge) = (new List<TimeSpan>(), new List<TimeSpan>());
        // So few that the small one stays small.
        for (var i = 0; i < 300; i++)
        {
            var number = first + i;
            intoSmall.Add(await Distribution.TimeAsync(() => SaveAsync(small, number, 100, cancellationToken)));
            intoLarge.Add(await Distribution.TimeAsync(() => SaveAsync(large, number, 100, cancellationToken)));
        }
        var (few, many) = (new Distribution(intoSmall), new Distribution(intoLarge));
        Report.Line("");
        Report.Table(Distribution.Header, [few.Row($"insert at {Small:N0}"), many.Row($"insert at {size:N0}")]);
        var ratio = many.Median / few.Median;
        Report.Line($"means: {few.Mean:0.00} and {many.Mean:0.00} ms");
        report.Bound($"an insert costs no more than at {Small:N0}: {ratio:0.00} times (noise up to {Noise})", ratio <= Noise);
    }

    /// <summary>Many at once, as an import brings them, into both in turns; the small one grows by as little as may be.</summary>
    private static async Task CompareRatesAsync(Report report, ICatalog small, ICatalog large, int first, CancellationToken cancellationToken)
    {
        const int rounds = 5, batch = 400;
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var from = first + (round * batch);
            var few = await Distribution.TimeAsync(() => SaveAsync(small, from, batch, 100, cancellationToken));
            var many = await Distribution.TimeAsync(() => SaveAsync(large, from, batch, 100, cancellationToken));
            ratios.Add(few / many);
        }
        var median = ratios.Order().ElementAt(rounds / 2);
        report.Bound($"{SavesAtOnce} inserts at once come at no less than 0.8 of the rate at {Small:N0}: {median:0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})", median >= 0.8);
        Report.Line("");
    }

    private static async Task AskAsync(Report report, bool quick, int size, string dataDirectory, string[] settings, CancellationToken cancellationToken)
    {
        using var registry = await RegistryProcess.StartAsync(dataDirectory, cancellationToken, settings);
        await registry.SignInAsync(cancellationToken);
        var client = registry.Client;
        var deep = await DeepAsync(client, size, cancellationToken);
        Question[] questions =
        [
            new("first page", Kind.Page, _ => ListAsync(""), 200),
            new("deep page", Kind.Page, _ => ListAsync($"?offset={Uri.EscapeDataString(deep)}"), 200),
            new("browse, newest", Kind.Page, _ => client.GetAsync("/artifacts?limit=50", cancellationToken), 200),
            new("browse, licence, best first", Kind.Page, _ => client.GetAsync("/artifacts?license=mit&order=net_score&limit=50", cancellationToken), 200),
            new("browse, rejected, by name", Kind.Page, _ => client.GetAsync("/artifacts?type=model&verdict=rejected&order=name&limit=50", cancellationToken), 200),
            new("browse, text", Kind.Literal, i => client.GetAsync($"/artifacts?q={1000 + (i * 7 % 4000)}&order=name&limit=50", cancellationToken), 200),
            new("overview", Kind.Page, _ => client.GetAsync("/overview", cancellationToken), 200),
            new("exact name", Kind.Page, i => client.GetAsync($"/artifact/byName/{Uri.EscapeDataString(GeneratedArtifacts.Name(i * 7 % 5000))}", cancellationToken), 200),
            new("regex, rare literal", Kind.Literal, _ => SearchAsync($"{GeneratedArtifacts.RareWord}-[0-9]+"), 200),
            new("regex, in every card", Kind.Literal, _ => SearchAsync($"the {GeneratedArtifacts.CommonWord}? lib"), 200),
            new("regex, nothing", Kind.Literal, _ => SearchAsync("qqxjzv[a-z]+"), 404),
            new("regex, alternation", Kind.Literal, _ => SearchAsync($"({GeneratedArtifacts.RareWord}|xylographic|wolframite)-[0-9]+"), 200),
            new("regex, name", Kind.Literal, i => SearchAsync($"^[a-z]+/.*-{1000 + (i * 7 % 4000)}$"), 200),
            // A word that no card has, of trigrams that every card has: the index cannot rule out any card by a trigram alone.
            new("regex, worst case", Kind.Literal, _ => SearchAsync("transformation"), 404),
            new("no literal, many", Kind.Without, _ => SearchAsync("^[a-z]+/[a-z]"), 200),
            new("no literal, few", Kind.Without, i => SearchAsync($"^[a-z]+/[a-z]+-.*-{i % 10}[0-9]{i % 7}[0-9]$"), 200),
            // Nothing: every name and card must be looked at. Where that takes too long the answer says so, in time.
            new("no literal, none", Kind.Without, _ => SearchAsync("[0-9][A-Z][0-9][A-Z]$"), 404),
        ];

        var rows = new List<string[]>();
        var slowest = new Dictionary<Kind, (double P99, string Name)>();
        foreach (var question in questions)
        {
            await TimeAllAsync(question, 20, 1);
            foreach (var (clients, count) in new[] { (1, question.Kind == Kind.Without ? 60 : 300), (ClientsAtOnce, question.Kind == Kind.Without ? 80 : 800) })
            {
                var times = new Distribution(await TimeAllAsync(question, quick ? count / 4 : count, clients));
                rows.Add(times.Row(clients == 1 ? question.Name : $"  {clients} clients"));
                if (clients == 1 && times.Percentile(0.99) > slowest.GetValueOrDefault(question.Kind).P99) slowest[question.Kind] = (times.Percentile(0.99), question.Name);
            }
        }
        Report.Table(Distribution.Header, rows);
        Report.Line($"resident set of the registry: at most {ResidentSet.Peak(registry.Id):0} MB");
        Hold(Kind.Page, "page and name", 20);
        Hold(Kind.Literal, "regular expression with a literal", 150);
        Hold(Kind.Without, "regular expression without a literal", 1000);

        Task<HttpResponseMessage> ListAsync(string query) => client.PostAsJsonAsync($"/artifacts{query}", new[] { new { name = "*" } }, cancellationToken);

        Task<HttpResponseMessage> SearchAsync(string regex) => client.PostAsJsonAsync("/artifact/byRegEx", new { regex }, cancellationToken);

        void Hold(Kind kind, string what, double limit) => report.Bound(
            $"every {what}: p99 with one client under {limit} ms: the slowest is {slowest[kind].P99:0.0} ms ({slowest[kind].Name})", slowest[kind].P99 < limit);
    }

    /// <summary>The cursor of a page far in.</summary>
    private static async Task<string> DeepAsync(HttpClient client, int size, CancellationToken cancellationToken)
    {
        var cursor = "";
        for (var i = 0; i < Math.Min(Depth, size / 2000); i++)
        {
            var query = cursor.Length == 0 ? "?limit=1000" : $"?limit=1000&offset={Uri.EscapeDataString(cursor)}";
            using var page = await client.PostAsJsonAsync($"/artifacts{query}", new[] { new { name = "*" } }, cancellationToken);
            cursor = page.Headers.GetValues("offset").Single();
        }
        return cursor;
    }

    private static async Task<TimeSpan[]> TimeAllAsync(Question question, int count, int clients)
    {
        var times = new TimeSpan[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                times[i] = await Distribution.TimeAsync(async () =>
                {
                    using var answer = await question.Ask(i);
                    var status = (int)answer.StatusCode;
                    if (status == question.Status || (question.Kind == Kind.Without && status == 404)) return;
                    // Ended at its time limit: what it took says enough.
                    var said = await answer.Content.ReadAsStringAsync();
                    if (status != 400 || !said.Contains("Search too slow", StringComparison.Ordinal)) throw new InvalidDataException($"{question.Name}: expected {question.Status}, got {status}: {said}");
                });
            }
        }));
        return times;
    }

    private enum Kind
    {
        Page,
        Literal,
        Without,
    }

    private sealed record Question(string Name, Kind Kind, Func<int, Task<HttpResponseMessage>> Ask, int Status);
}
