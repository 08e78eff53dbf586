using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>
/// Answers a browse. Types, labels and scores are left to the planner, which knows how common each is: it walks the index of the
/// order, or collects what has a rare label and sorts it. How many cards have a literal it cannot know; so that is tried out first.
/// </summary>
internal static class ArtifactBrowse
{
    // Up to so many candidates are looked up one by one; of more, so many match that walking in order soon fills a page.
    private const int Few = 1000;

    private const int LargestBatch = 4096;

    /// <summary>The first artifacts after a place that meet the query.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit in all.</exception>
    public static Task<List<FoundArtifact>> RunAsync(
        PostgresDatabase database, ArtifactQuery query, ArtifactPlace? after, int limit, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        SearchRun.LimitedAsync(timeLimit, async run =>
        {
            var candidates = await FewCandidatesAsync(database, query, run.Stop);
            var matcher = query.Pattern is null ? null : new TextMatcher(query.Pattern);
            List<FoundArtifact> found = [];
            for (var batch = query.Pattern is null ? limit : limit + 16; ; batch = Math.Min(4 * batch, LargestBatch))
            {
                if (batch == LargestBatch) await run.TakeTurnAsync();
                var (size, place) = (batch, after);
                var (matches, last) = await database.ReadAsync(
                    session => WalkAsync(session, query, matcher, candidates, place, size, limit - found.Count, run), run.Stop);
                found.AddRange(matches);
                if (found.Count == limit || last is null) return found;
                after = last;
            }
        }, cancellationToken);

    /// <summary>The numbers of all artifacts that have the pattern's literals, when they are few.</summary>
    private static async Task<long[]?> FewCandidatesAsync(PostgresDatabase database, ArtifactQuery query, CancellationToken stop)
    {
        List<(string, object?)> parameters = [("@few", Few + 1)];
        if (query.Pattern is null || SearchText.Sql(query.Pattern.Literals, parameters) is not { } condition) return null;
        var numbers = await database.ReadAsync(session => session.AllAsync(
            row => row.GetInt64(0),
            $"""
            SELECT found.seq
            FROM generate_series(0, (SELECT max(seq) >> {CatalogSchema.RegionBits} FROM artifact)) AS number
            CROSS JOIN LATERAL (SELECT seq FROM card WHERE card.region = number::int AND {condition} OFFSET 0) AS found
            LIMIT @few
            """, [.. parameters]), stop);
        return numbers.Count > Few ? null : [.. numbers];
    }

    /// <summary>What matches, and the last place that was looked at, or nothing when there are no more candidates.</summary>
    private static async Task<(List<FoundArtifact> Matches, ArtifactPlace? Last)> WalkAsync(
        PostgresSession session, ArtifactQuery query, TextMatcher? matcher, long[]? candidates, ArtifactPlace? after, int batch, int limit, SearchRun run)
    {
        // The table has an index for each order.
        var (column, direction, beyond) = query.Order switch
        {
            ArtifactOrder.Name => ("name", "ASC", ">"),
            ArtifactOrder.NetScore => ("net_score", "DESC", "<"),
            _ => ("created_at", "DESC", "<"),
        };
        List<(string, object?)> parameters = [("@batch", batch)];
        List<string> conditions = [];
        if (query.Types.Count > 0) Add("artifact.type = ANY (@types)", ("@types", query.Types.Select(t => t.Word()).ToArray()));
        if (query.Labels.Count > 0) Add("artifact.labels @> @labels", ("@labels", SearchText.Labels(query.Labels)));
        if (query.MinNetScore is { } min) Add("artifact.net_score >= @min", ("@min", Math.Max(0, min)));
        if (candidates is not null) Add("artifact.seq = ANY (@candidates)", ("@candidates", candidates));
        if (after is not null) Add($"(artifact.{column}, artifact.seq) {beyond} (@key, @seq)", ("@key", after.Key), ("@seq", after.Seq));

        await using var command = session.Command(
            $"""
            SELECT artifact.seq, artifact.{column}, artifact.document{(matcher is null ? "" : ", search_text.name, search_text.content")}
            FROM artifact {(matcher is null ? "" : "JOIN search_text ON search_text.seq = artifact.seq")}
            {(conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions))}
            ORDER BY artifact.{column} {direction}, artifact.seq {direction}
            LIMIT @batch
            """, [.. parameters]);
        await using var row = await command.ExecuteReaderAsync(run.Stop);
        List<FoundArtifact> matches = [];
        ArtifactPlace? last = null;
        var count = 0;
        for (; matches.Count < limit && await run.ReadAsync(command, row); count++)
        {
            last = new(row.GetValue(1), row.GetInt64(0));
            if (matcher is null || matcher.IsFound(row, 3, 4)) matches.Add(new(last.Seq, PostgresArtifactStore.ReadDocument(row, 2)));
        }
        return (matches, count == batch ? last : null);

        void Add(string condition, params ReadOnlySpan<(string, object?)> values)
        {
            conditions.Add(condition);
            parameters.AddRange(values);
        }
    }
}
