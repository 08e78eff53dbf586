using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Search;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>An artifact that a listing or a search found.</summary>
/// <param name="Seq">Its place in the order of the listing.</param>
/// <param name="Artifact">The artifact.</param>
internal sealed record FoundArtifact(long Seq, Artifact Artifact);

/// <summary>
/// Walks candidates in the order of the listing and stops when the page is full.
/// </summary>
/// <remarks>
/// An index on trigrams alone would give all candidates of the catalog before the first in order is known: with a literal that
/// nearly every card has, that is the catalog. So the index has numbers of pieces of the listing as columns of their own, and the pieces
/// are asked one after the other, inside of one statement, of which no more is run than rows are wanted: small ones first, for a page that
/// is soon full, and then larger ones, because each costs a few steps in every list of the index.
/// </remarks>
internal static class ArtifactSearch
{
    // Most candidates turn out to match, so that the first batch is little more than the page; where they do not, batches grow. What is left of
    // one when the page is full has been read in vain; a walk over all cards gains more by not waiting for the server so often.
    private const int LargestBatch = 4096;
    private const int LargestBatchOfAll = 8 * LargestBatch;

    private const string Columns = "search_text.seq, search_text.name, search_text.content";

    /// <summary>The first artifacts after a place whose name or card the pattern is found in.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit in all.</exception>
    public static async Task<List<FoundArtifact>> RunAsync(
        PostgresDatabase database, SearchPattern pattern, long after, int limit, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        List<(string, object?)> literals = [];
        var (candidates, largest) = SearchText.Sql(pattern.Literals, literals) is { } condition ? (Indexed(condition), LargestBatch) : (Unindexed, LargestBatchOfAll);
        return await SearchRun.LimitedAsync(timeLimit, async run =>
        {
            var matcher = new TextMatcher(pattern);
            List<FoundArtifact> found = [];
            for (var batch = limit + 16; ; batch = Math.Min(4 * batch, largest))
            {
                if (batch >= LargestBatch) await run.TakeTurnAsync();
                var (place, room) = (after, limit - found.Count);
                var (numbers, last) = await database.ReadAsync(session => WalkAsync(
                    session.Command(candidates, [.. literals, ("@after", place), ("@batch", batch)]), matcher, room, run), run.Stop);
                if (numbers.Count > 0) found.AddRange(await database.ReadAsync(session => ReadAllAsync(session, numbers), run.Stop));
                // Where one was deleted meanwhile there is room left, and the walk goes on.
                if (last is not { } next || found.Count == limit) return found;
                after = next;
            }
        }, cancellationToken);
    }

    // Blocks up to the end of the next region, and then regions.
    private static string Indexed(string condition) =>
        $"""
        ({Pieces("block", CatalogSchema.BlockBits, "0", $"((@after >> {CatalogSchema.RegionBits}) + 2 << {CatalogSchema.RegionBits - CatalogSchema.BlockBits}) - 1", condition)})
        UNION ALL
        ({Pieces("region", CatalogSchema.RegionBits, "2", "NULL", condition)})
        LIMIT @batch
        """;

    // The zero keeps the planner from walking the table's key, which would read every card.
    private static string Pieces(string column, int bits, string skipped, string last, string condition) =>
        $"""
        SELECT found.*
        FROM generate_series((@after >> {bits}) + {skipped}, LEAST({last}, (SELECT max(seq) >> {bits} FROM artifact))) AS number
        CROSS JOIN LATERAL (
            SELECT {Columns}
            FROM card JOIN search_text ON search_text.seq = card.seq
            WHERE card.{column} = number::int AND card.seq + 0 > @after AND {condition}
            ORDER BY card.seq
        ) AS found
        """;

    private const string Unindexed =
        $"""
        SELECT {Columns}
        FROM search_text
        WHERE seq > @after
        ORDER BY seq
        LIMIT @batch
        """;

    private static Task<List<FoundArtifact>> ReadAllAsync(PostgresSession session, List<long> numbers) => session.AllAsync(
        row => new FoundArtifact(row.GetInt64(0), PostgresArtifactStore.ReadDocument(row, 1)),
        "SELECT seq, document FROM artifact WHERE seq = ANY (@numbers) ORDER BY seq", ("@numbers", numbers.ToArray()));

    /// <summary>The numbers of what matches, and the last place that was looked at, or nothing when there are no more candidates.</summary>
    private static async Task<(List<long> Numbers, long? Last)> WalkAsync(NpgsqlCommand command, TextMatcher matcher, int limit, SearchRun run)
    {
        await using (command)
        {
            var batch = (int)command.Parameters["@batch"].Value!;
            var before = (long)command.Parameters["@after"].Value!;
            List<long> numbers = [];
            await using var row = await command.ExecuteReaderAsync(run.Stop);
            var count = 0;
            for (; numbers.Count < limit && await run.ReadAsync(command, row); count++)
            {
                var seq = row.GetInt64(0);
                // SQL promises no order of a join with ordered rows; PostgreSQL keeps it, as there is only one way to run this one.
                if (seq <= before) throw new InvalidOperationException("Candidates came out of order.");
                before = seq;
                if (matcher.IsFound(row, 1, 2)) numbers.Add(seq);
            }
            return (numbers, numbers.Count == limit || count == batch ? before : null);
        }
    }
}
