using System.Diagnostics;
using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Registry.Local.Sqlite;

namespace Acme.Benchmarks;

/// <summary>
/// The web UI's directory over 100,000 artifacts, as 50 signed-in people use it at once, beside an endpoint that does nothing and perhaps another build, in
/// turns. Two loops: people, who each ask for a page, read it for a second or two, and ask for the next; and 50 who do not read at all, so that 50 pages are
/// always being made.
/// </summary>
internal static class PagesBenchmark
{
    private const double LimitMilliseconds = 100;
    private const int Users = 50;
    private const int WarmUpVisits = 3000;

    private static readonly (string Name, Func<int, string> Path)[] Pages =
    [
        ("newest", _ => "/directory"),
        ("by score", _ => "/directory?type=model&order=net_score"),
        ("part of a name", i => $"/directory?q={Uri.EscapeDataString(GeneratedArtifacts.Name(i * 7 % 5000)[..^2])}"),
        ("a licence and a score", _ => "/directory?license=MIT&minNetScore=0.5"),
    ];

    public static async Task RunAsync(Report report, BenchmarkOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        var size = options.Size ?? (options.Quick ? 5000 : 100_000);
        Report.Title($"pages: the directory at {size:N0} artifacts, {Users} users");
        var directory = options.Keep is { } kept ? Path.GetFullPath(kept) : workspace["pages"];
        await FillAsync(directory, size, cancellationToken);
        var contestants = new List<Contestant>();
        try
        {
            if (options.Before is { } program)
            {
                // One process at a time has a data directory.
                Directory.CreateDirectory(workspace["before"]);
                foreach (var file in Directory.EnumerateFiles(directory, "catalog.db*")) File.Copy(file, Path.Combine(workspace["before"], Path.GetFileName(file)));
                contestants.Add(await Contestant.StartAsync("before", workspace["before"], program, cancellationToken));
            }
            contestants.Insert(0, await Contestant.StartAsync("now", directory, null, cancellationToken));
            contestants.Add(await Contestant.StartEmptyAsync(cancellationToken));
            // What is measured is a process that has served pages before: the runtime compiles what is hot once it knows it is.
            foreach (var contestant in contestants) await contestant.WarmUpAsync(WarmUpVisits, cancellationToken);

            var rounds = options.Quick ? 1 : 3;
            var length = TimeSpan.FromSeconds(options.Quick ? 5 : 10);
            await CompareAsync($"{Users} people, who read each page for one to two seconds", reads: true);
            await CompareAsync($"{Users} who ask for the next page at once", reads: false);

            async Task CompareAsync(string title, bool reads)
            {
                var visits = contestants.ConvertAll(_ => new Visits());
                for (var round = 0; round < rounds; round++)
                {
                    for (var i = 0; i < contestants.Count; i++) await contestants[i].RunAsync(visits[i], reads, length, cancellationToken);
                }
                Report.Line("");
                Report.Line(title);
                Report.Table(
                    [.. Distribution.Header, "pages/s", "CPU ms/page"],
                    [.. contestants.Zip(visits).SelectMany(c => c.Second.Rows(c.First.Name, byPage: c.First.HasPages))]);
                var p99 = visits[0].All.Percentile(0.99);
                report.Bound($"p99 of all pages under {LimitMilliseconds} ms, {title}: {p99:0.0} ms", p99 < LimitMilliseconds);
            }
        }
        finally
        {
            foreach (var contestant in contestants) contestant.Dispose();
        }
    }

    private static async Task FillAsync(string directory, int size, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using var catalog = new SqliteCatalog(Path.Combine(directory, "catalog.db"));
        await catalog.PrepareAsync(cancellationToken);
        if ((await catalog.Artifacts.CountAsync(cancellationToken)).ByType.Values.Sum() < size) await CatalogBenchmark.FillAsync(catalog, size, cancellationToken);
    }

    /// <summary>The visits of one contestant in one loop, over all rounds.</summary>
    private sealed class Visits
    {
        private readonly Dictionary<string, List<TimeSpan>> _times = Pages.ToDictionary(p => p.Name, _ => new List<TimeSpan>());

        public TimeSpan Length { get; set; }

        public TimeSpan Processor { get; set; }

        public Distribution All => new(_times.Values.SelectMany(t => t));

        public void Add(string page, TimeSpan time)
        {
            lock (_times) _times[page].Add(time);
        }

        public IEnumerable<string[]> Rows(string name, bool byPage)
        {
            var count = _times.Values.Sum(t => t.Count);
            yield return [.. All.Row(name), $"{count / Length.TotalSeconds:0}", $"{Processor.TotalMilliseconds / count:0.00}"];
            foreach (var (page, times) in byPage ? _times : []) yield return [.. new Distribution(times).Row($"  {page}"), "", ""];
        }
    }

    private sealed record Contestant(string Name, IDisposable Process, int ProcessId, HttpClient Browser, bool HasPages) : IDisposable
    {
        public static async Task<Contestant> StartAsync(string name, string directory, string? program, CancellationToken cancellationToken)
        {
            var registry = await RegistryProcess.StartAsync(directory, cancellationToken, program: program);
            await registry.SignInAsync(cancellationToken);
            var browser = Open(registry.Client.BaseAddress!);
            browser.DefaultRequestHeaders.Add("Cookie", $"acme-session={registry.Token[(registry.Token.LastIndexOf(' ') + 1)..]}");
            browser.DefaultRequestHeaders.Add("Accept-Encoding", "br");
            return new(name, registry, registry.Id, browser, true);
        }

        /// <summary>What the machine and the client alone make of the same loop.</summary>
        public static async Task<Contestant> StartEmptyAsync(CancellationToken cancellationToken)
        {
            var empty = await EmptyServer.StartAsync(cancellationToken);
            return new("an empty endpoint", empty, empty.Id, Open(empty.Address), false);
        }

        public async Task WarmUpAsync(int visits, CancellationToken cancellationToken)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, visits), parallel, (i, ct) => new(VisitAsync(Pages[i % Pages.Length].Path(i), ct)));
        }

        public async Task RunAsync(Visits visits, bool reads, TimeSpan length, CancellationToken cancellationToken)
        {
            var processor = ProcessorTime.Of(ProcessId);
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Users).Select(async user =>
            {
                var random = new Random(user);
                // People do not all begin in the same instant.
                if (reads) await Task.Delay(random.Next(2000), cancellationToken);
                for (var visit = user; Stopwatch.GetElapsedTime(start) < length; visit++)
                {
                    var (name, path) = Pages[visit % Pages.Length];
                    visits.Add(name, await Distribution.TimeAsync(() => VisitAsync(path(visit), cancellationToken)));
                    if (reads) await Task.Delay(random.Next(1000, 2000), cancellationToken);
                }
            }));
            visits.Length += Stopwatch.GetElapsedTime(start);
            visits.Processor += ProcessorTime.Of(ProcessId) - processor;
        }

        public void Dispose()
        {
            Browser.Dispose();
            Process.Dispose();
        }

        private static HttpClient Open(Uri address) => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };

        private async Task VisitAsync(string path, CancellationToken cancellationToken)
        {
            using var answer = await Browser.GetAsync(HasPages ? path : "/", cancellationToken);
            if ((int)answer.StatusCode != 200) throw new InvalidDataException($"{path}: expected 200, got {(int)answer.StatusCode}.");
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
