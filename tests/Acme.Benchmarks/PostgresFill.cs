using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Acme.Measuring.Content;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Acme.Benchmarks;

/// <summary>
/// Fills an empty PostgreSQL catalog by <c>COPY</c>, and then makes its indexes, with the rows that saving artifact by artifact would make: a million of those take
/// hours, because each waits for the one before it. Only what is asked of the catalog afterwards is measured.
/// </summary>
internal static class PostgresFill
{
    private const int Batch = 10_000;

    public static async Task RunAsync(string connectionString, int count, Func<int, string?> cardOf, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 });
        var indexes = await TakeIndexesAsync(source, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, (count + Batch - 1) / Batch), parallel, async (batch, ct) =>
        {
            var numbers = Enumerable.Range(batch * Batch, Math.Min(Batch, count - (batch * Batch))).ToList();
            await using var connection = await source.OpenConnectionAsync(ct);
            await CopyArtifactsAsync(connection, numbers, ct);
            await CopyCardsAsync(connection, numbers, cardOf, ct);
            await CopyTextsAsync(connection, numbers, cardOf, ct);
        });
        string[] last =
        [
            .. indexes,
            $"INSERT INTO artifact_count SELECT type, '{ArtifactLabel.Rejected}' = ANY (labels), count(*) FROM artifact GROUP BY 1, 2",
            // COPY has given the numbers itself.
            "SELECT setval(pg_get_serial_sequence('artifact', 'seq'), max(seq)), setval('version_number', max(seq)) FROM artifact",
        ];
        foreach (var sql in last) await ExecuteAsync(source, sql, cancellationToken);
    }

    /// <summary>Drops the indexes that are no constraints; returns how to make them.</summary>
    private static async Task<List<string>> TakeIndexesAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        List<(string Name, string Sql)> indexes = [];
        await using (var command = source.CreateCommand(
            """
            SELECT indexname, indexdef FROM pg_indexes
            WHERE tablename IN ('artifact', 'card') AND indexname NOT IN (SELECT conname FROM pg_constraint)
            """))
        {
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken)) indexes.Add((row.GetString(0), row.GetString(1)));
        }
        foreach (var (name, _) in indexes) await ExecuteAsync(source, $"DROP INDEX {name}", cancellationToken);
        return [.. indexes.Select(index => index.Sql)];
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CopyArtifactsAsync(NpgsqlConnection connection, List<int> numbers, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            "COPY artifact (seq, id, version, type, name, url_digest, created_at, net_score, labels, document) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var number in numbers)
        {
            var artifact = GeneratedArtifacts.Artifact(number);
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(number + 1L, cancellationToken);
            await rows.WriteAsync(artifact.Id.ToString(), cancellationToken);
            await rows.WriteAsync(number + 1L, cancellationToken);
            await rows.WriteAsync(artifact.Type.Word(), cancellationToken);
            await rows.WriteAsync(artifact.Name, cancellationToken);
            await rows.WriteAsync(SHA256.HashData(Encoding.UTF8.GetBytes(artifact.Url)), cancellationToken);
            await rows.WriteAsync(artifact.CreatedAt.UtcTicks, cancellationToken);
            await rows.WriteAsync(ArtifactPlace.ScoreOf(artifact), cancellationToken);
            await rows.WriteAsync(SearchText.Labels(artifact.Labels()), cancellationToken);
            await rows.WriteAsync(JsonSerializer.Serialize(artifact, ArtifactJson.Default.Artifact), NpgsqlDbType.Text, cancellationToken);
        }
        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task CopyCardsAsync(NpgsqlConnection connection, List<int> numbers, Func<int, string?> cardOf, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginBinaryImportAsync("COPY card (seq, folded) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var number in numbers)
        {
            var card = cardOf(number);
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(number + 1L, cancellationToken);
            await rows.WriteAsync($"{SearchText.FoldName(GeneratedArtifacts.Name(number))}\n{(card is null ? "" : SearchText.Fold(card))}", cancellationToken);
        }
        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task CopyTextsAsync(NpgsqlConnection connection, List<int> numbers, Func<int, string?> cardOf, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginBinaryImportAsync("COPY search_text (seq, name, content) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var number in numbers)
        {
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(number + 1L, cancellationToken);
            await rows.WriteAsync(GeneratedArtifacts.Name(number), cancellationToken);
            await rows.WriteAsync(Encoding.UTF8.GetBytes(cardOf(number) ?? ""), cancellationToken);
        }
        await rows.CompleteAsync(cancellationToken);
    }
}
