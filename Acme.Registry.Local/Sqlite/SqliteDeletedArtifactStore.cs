using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>What is kept of deleted artifacts as rows, in the order of an index.</summary>
internal sealed class SqliteDeletedArtifactStore(SqliteCatalog catalog) : IDeletedArtifactStore
{
    private const string Columns = "document, deleted_at, deleted_by";

    public Task SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken = default)
    {
        var document = JsonSerializer.Serialize(entry.Artifact, ArtifactJson.Default.Artifact);
        return catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            if (SqliteCatalog.Epoch(session) != entry.Artifact.Epoch) throw new EpochChangedException();
            return session.Execute(
                $"INSERT OR REPLACE INTO deleted_artifact (id, {Columns}) VALUES (@id, @document, @at, @by)",
                ("@id", entry.Id.ToString()), ("@document", document), ("@at", entry.DeletedAt.UtcTicks), ("@by", entry.DeletedBy));
        }, cancellationToken);
    }

    public Task<DeletedArtifact?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadRowAsync(session => session.First(
            Read, $"SELECT {Columns} FROM deleted_artifact WHERE id = @id", ("@id", id.ToString())), cancellationToken);

    public Task<Page<DeletedArtifact>> ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DeletedArtifactPlace.Read(order, cursor);
        return catalog.Readers.ReadAsync(session => Pages.PageOf(
            session.All(
                Read,
                order == DeletionOrder.Newest
                    ? $"SELECT {Columns} FROM deleted_artifact WHERE (deleted_at, id) < (@at, @id) ORDER BY deleted_at DESC, id DESC LIMIT @limit"
                    : $"SELECT {Columns} FROM deleted_artifact WHERE (deleted_at, id) > (@at, @id) ORDER BY deleted_at, id LIMIT @limit",
                ("@at", after.Ticks), ("@id", after.Id), ("@limit", limit + 1)),
            limit, entry => entry, entry => DeletedArtifactPlace.CursorAfter(order, entry)), cancellationToken);
    }

    public Task<bool> RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session => session.Execute(
            "DELETE FROM deleted_artifact WHERE id = @id AND deleted_at = @at", ("@id", id.ToString()), ("@at", deletedAt.UtcTicks)) > 0, cancellationToken);

    private static DeletedArtifact Read(SqliteDataReader row) =>
        new(SqliteArtifactStore.ReadDocument(row, 0), new(row.GetInt64(1), TimeSpan.Zero), row.GetString(2));
}
