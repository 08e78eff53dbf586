using System.Text;
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
/// nearly every card has, that is the catalog. So the index has the number of a block of the listing as its first column, and the blocks
/// are asked one after the other, inside of one statement, of which no more is run than rows are wanted. A block without the
/// literal costs a few steps in the index.
/// </remarks>
internal static class ArtifactSearch
{
    // Most candidates turn out to match, so that the first batch is little more than the page; where they do not, batches grow.
    private const int LargestBatch = 4096;

    // Documents are long: they are read only of what was found.
    private const string Columns = "artifact.seq, artifact.name, card.content";

    /// <summary>The first artifacts after a place whose name or card the pattern is found in.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit in all.</exception>
    public static async Task<List<FoundArtifact>> RunAsync(
        PostgresDatabase database, SearchPattern pattern, long after, int limit, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        List<(string, object?)> literals = [];
        var candidates = SearchText.Sql(pattern.Literals, literals) is { } condition ? Indexed(condition) : Unindexed;
        return await LimitedAsync(timeLimit, async stop =>
        {
            List<FoundArtifact> found = [];
            for (var batch = limit + 16; ; batch = Math.Min(4 * batch, LargestBatch))
            {
                var (place, room) = (after, limit - found.Count);
                var (numbers, last) = await database.ReadAsync(session => WalkAsync(
                    session.Command(candidates, [.. literals, ("@after", place), ("@batch", batch)]), pattern, room, stop), stop);
                if (numbers.Count > 0) found.AddRange(await database.ReadAsync(session => ReadAllAsync(session, numbers), stop));
                // Where one was deleted meanwhile there is room left, and the walk goes on.
                if (last is not { } next || found.Count == limit) return found;
                after = next;
            }
        }, cancellationToken);
    }

    /// <summary>Ends a search that takes too long, also in the middle of a statement.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit.</exception>
    public static async Task<T> LimitedAsync<T>(TimeSpan timeLimit, Func<CancellationToken, Task<T>> search, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeLimit);
        try
        {
            return await search(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SearchTimeoutException(timeLimit);
        }
    }

    /// <summary>Whether the pattern is found in the name or in the card, as UTF-8.</summary>
    public static bool IsFound(SearchPattern pattern, NpgsqlDataReader row, int name, int card) =>
        pattern.IsFoundIn(row.GetString(name)) || pattern.IsFoundIn(Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(card)));

    // The zero keeps the planner from walking the table's key, which would read every card.
    private static string Indexed(string condition) =>
        $"""
        SELECT found.*
        FROM generate_series(@after >> {CatalogSchema.BlockBits}, (SELECT max(seq) >> {CatalogSchema.BlockBits} FROM artifact)) AS number
        CROSS JOIN LATERAL (
            SELECT {Columns}
            FROM card JOIN artifact ON artifact.seq = card.seq
            WHERE card.block = number::int AND card.seq + 0 > @after AND {condition}
            ORDER BY card.seq
        ) AS found
        LIMIT @batch
        """;

    private const string Unindexed =
        $"""
        SELECT {Columns}
        FROM artifact JOIN card ON card.seq = artifact.seq
        WHERE artifact.seq > @after
        ORDER BY artifact.seq
        LIMIT @batch
        """;

    private static Task<List<FoundArtifact>> ReadAllAsync(PostgresSession session, List<long> numbers) => session.AllAsync(
        row => new FoundArtifact(row.GetInt64(0), PostgresArtifactStore.ReadDocument(row, 1)),
        "SELECT seq, document FROM artifact WHERE seq = ANY (@numbers) ORDER BY seq", ("@numbers", numbers.ToArray()));

    /// <summary>The numbers of what matches, and the last place that was looked at, or nothing when there are no more candidates.</summary>
    private static async Task<(List<long> Numbers, long? Last)> WalkAsync(NpgsqlCommand command, SearchPattern pattern, int limit, CancellationToken stop)
    {
        await using (command)
        {
            var batch = (int)command.Parameters["@batch"].Value!;
            var before = (long)command.Parameters["@after"].Value!;
            List<long> numbers = [];
            await using var row = await command.ExecuteReaderAsync(stop);
            var count = 0;
            for (; numbers.Count < limit && await row.ReadAsync(stop); count++)
            {
                stop.ThrowIfCancellationRequested();
                var seq = row.GetInt64(0);
                // SQL promises no order of a join with ordered rows; PostgreSQL keeps it, as there is only one way to run this one.
                if (seq <= before) throw new InvalidOperationException("Candidates came out of order.");
                before = seq;
                if (IsFound(pattern, row, 1, 2)) numbers.Add(seq);
            }
            return (numbers, numbers.Count == limit || count == batch ? before : null);
        }
    }
}
