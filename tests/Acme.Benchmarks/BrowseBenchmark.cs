using Acme.Measuring.Content;
using Acme.Measuring;
using Acme.Registry.Artifacts;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Benchmarks;

/// <summary>How long the SQLite catalog takes for first and deep pages of a directory of a million artifacts, without HTTP.</summary>
internal static class BrowseBenchmark
{
    private const double LimitMilliseconds = 20;
    private const int SavesAtOnce = 256;
    private const int PageSize = 50;

    // How far in a deep page is, in pages.
    private const int Depth = 400;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        var size = report.Quick ? 30_000 : 1_000_000;
        Report.Title($"browsing: {size:N0} artifacts, {PageSize} on a page");
        var path = Path.Combine(workspace["browse"], "catalog.db");
        await using var catalog = new SqliteCatalog(path);
        await catalog.PrepareAsync(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SavesAtOnce, CancellationToken = cancellationToken };
        var time = await Distribution.TimeAsync(() => Parallel.ForEachAsync(Enumerable.Range(0, size), parallel, (number, ct) =>
            new(catalog.Artifacts.SaveAsync(GeneratedArtifacts.Artifact(number), null, 0, ct))));
        Report.Line($"filled, without cards: {size / time.TotalSeconds:N0} artifacts/s; {new FileInfo(path).Length / 1e6:0} MB on disk");
        await AskAsync(report, catalog, cancellationToken);
    }

    private static async Task AskAsync(Report report, SqliteCatalog catalog, CancellationToken cancellationToken)
    {
        (string Name, ArtifactQuery Query)[] questions =
        [
            ("all", new()),
            ("type", new() { Types = [ArtifactType.Model] }),
            ("common label", new() { Labels = ["license:apache-2.0"] }),
            ("rare label", new() { Labels = [ArtifactLabel.Parent(GeneratedArtifacts.Name(996))] }),
            ("finding", new() { Labels = ["finding:metric_3.probe_17"] }),
            ("rejected", new() { Labels = [ArtifactLabel.Rejected] }),
            ("type and label", new() { Types = [ArtifactType.Model], Labels = ["license:mit"] }),
            ("two labels", new() { Labels = ["license:mit", "finding:metric_3.probe_17"] }),
            ("min score 0.95", new() { MinNetScore = 0.95 }),
            ("name", new() { Pattern = SearchPattern.Parse("(?i)whisper-tiny-gguf") }),
            ("rejected, min 0.1", new() { Labels = [ArtifactLabel.Rejected], MinNetScore = 0.1 }),
        ];
        var rows = new List<string[]>();
        var (slowest, slowestName) = (0.0, "");
        foreach (var (name, query) in questions)
        {
            foreach (var order in Enum.GetValues<ArtifactOrder>())
            {
                var ordered = query with { Order = order };
                var deep = await DeepAsync(catalog, ordered, cancellationToken);
                foreach (var (where, cursor) in new[] { ("first", null), ("deep", deep) })
                {
                    await TimeAsync(5);
                    var times = new Distribution(await TimeAsync(60));
                    rows.Add(times.Row($"{name}, {order}, {where}"));
                    if (times.Median > slowest) (slowest, slowestName) = (times.Median, $"{name}, {order}, {where}");

                    async Task<List<TimeSpan>> TimeAsync(int count)
                    {
                        List<TimeSpan> taken = [];
                        for (var i = 0; i < count; i++) taken.Add(await Distribution.TimeAsync(() => catalog.Artifacts.BrowseAsync(ordered, cursor, PageSize, cancellationToken)));
                        return taken;
                    }
                }
            }
        }
        List<TimeSpan> counts = [];
        for (var i = 0; i < 60; i++) counts.Add(await Distribution.TimeAsync(() => catalog.Artifacts.CountAsync(cancellationToken)));
        rows.Add(new Distribution(counts).Row("counts"));
        Report.Table(Distribution.Header, rows);
        report.Bound($"every median under {LimitMilliseconds} ms: the slowest is {slowest:0.0} ms ({slowestName})", slowest < LimitMilliseconds);
    }

    /// <summary>The cursor of a page far in, or of the last but one.</summary>
    private static async Task<string?> DeepAsync(SqliteCatalog catalog, ArtifactQuery query, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var i = 0; i < Depth * PageSize / 1000; i++)
        {
            if ((await catalog.Artifacts.BrowseAsync(query, cursor, 1000, cancellationToken)).Next is not { } next) break;
            cursor = next;
        }
        return cursor;
    }
}
