using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>What is kept of deleted artifacts as rows, in the order of an index.</summary>
internal sealed class PostgresDeletedArtifactStore(PostgresDatabase database) : IDeletedArtifactStore
{
    private const string Columns = "document, deleted_at, deleted_by";

    public Task SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken = default)
    {
        SearchText.Check(entry.DeletedBy, nameof(entry));
        (string, object?)[] row =
        [
            ("@id", entry.Id.ToString()), ("@document", JsonSerializer.Serialize(entry.Artifact, ArtifactJson.Default.Artifact)),
            ("@at", entry.DeletedAt.UtcTicks), ("@by", entry.DeletedBy),
        ];
        return database.WriteAsync(async session =>
        {
            // Shared with others that do the same; a reset waits for it, and comes after.
            if ((long)(await session.ScalarAsync("SELECT epoch FROM registry FOR SHARE"))! != entry.Artifact.Epoch) throw new EpochChangedException();
            return await session.ExecuteAsync(
                $"""
                INSERT INTO deleted_artifact (id, {Columns}) VALUES (@id, @document, @at, @by)
                ON CONFLICT (id) DO UPDATE SET ({Columns}) = (excluded.document, excluded.deleted_at, excluded.deleted_by)
                """, row);
        }, cancellationToken);
    }

    public Task<DeletedArtifact?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.FirstAsync(Read, $"SELECT {Columns} FROM deleted_artifact WHERE id = @id", ("@id", id.ToString())), cancellationToken);

    public Task<Page<DeletedArtifact>> ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DeletedArtifactPlace.Read(order, cursor);
        return database.ReadAsync(async session => Pages.PageOf(
            await session.AllAsync(
                Read,
                order == DeletionOrder.Newest
                    ? $"SELECT {Columns} FROM deleted_artifact WHERE (deleted_at, id) < (@at, @id) ORDER BY deleted_at DESC, id DESC LIMIT @limit"
                    : $"SELECT {Columns} FROM deleted_artifact WHERE (deleted_at, id) > (@at, @id) ORDER BY deleted_at, id LIMIT @limit",
                ("@at", after.Ticks), ("@id", after.Id), ("@limit", limit + 1)),
            limit, entry => entry, entry => DeletedArtifactPlace.CursorAfter(order, entry)), cancellationToken);
    }

    public Task<bool> RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default) =>
        database.WriteAsync(async session => await session.ExecuteAsync(
            "DELETE FROM deleted_artifact WHERE id = @id AND deleted_at = @at", ("@id", id.ToString()), ("@at", deletedAt.UtcTicks)) > 0, cancellationToken);

    private static DeletedArtifact Read(NpgsqlDataReader row) =>
        new(PostgresArtifactStore.ReadDocument(row, 0), new(row.GetInt64(1), TimeSpan.Zero), row.GetString(2));
}
