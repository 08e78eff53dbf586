using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>
/// The audit trail as rows that are only added. Their numbers are taken inside the call: one that begins after another has returned has
/// the greater number.
/// </summary>
internal sealed class PostgresAuditLog(PostgresDatabase database) : IAuditLog
{
    private const char Listing = 'l';
    private const char Artifacts = 't';
    private const string Columns = "artifact_id, artifact_type, artifact_name, action, user_name, is_admin, at, address";

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        var number = Guid.CreateVersion7();
        return database.WriteRepeatableAsync(session => session.ExecuteAsync(
            $"""
            INSERT INTO audit (entry, {Columns}) VALUES (@entry, @id, @type, @name, @action, @user, @isAdmin, @at, @address)
            ON CONFLICT (entry) DO NOTHING
            """,
            ("@entry", number), ("@id", entry.ArtifactId.ToString()), ("@type", entry.ArtifactType.Word()), ("@name", entry.ArtifactName),
            ("@action", entry.Action.ToString()), ("@user", entry.UserName), ("@isAdmin", entry.IsAdmin),
            ("@at", entry.At.UtcTicks), ("@address", entry.Address)), cancellationToken);
    }

    public Task<Page<AuditEntry>> ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadNumber(Listing, cursor);
        return database.ReadAsync(async session =>
        {
            var rows = await session.AllAsync(
                row => (Seq: row.GetInt64(0), Entry: Read(row)),
                $"SELECT seq, {Columns} FROM audit WHERE artifact_id = @id AND seq > @after ORDER BY seq LIMIT @limit",
                ("@id", id.ToString()), ("@after", after), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, r => r.Entry, r => Cursor.After(Listing, r.Seq));
        }, cancellationToken);
    }

    public Task<Page<ArtifactId>> ListArtifactsAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Artifacts, cursor);
        return database.ReadAsync(async session =>
        {
            // From one id to the next by the index, past however many entries each has.
            var rows = await session.AllAsync(
                row => ArtifactId.Parse(row.GetString(0)),
                """
                WITH RECURSIVE next (id, number) AS (
                    SELECT min(artifact_id), 1 FROM audit WHERE artifact_id > @after
                    UNION ALL
                    SELECT (SELECT min(artifact_id) FROM audit WHERE artifact_id > next.id), number + 1 FROM next WHERE id IS NOT NULL AND number < @limit
                )
                SELECT id FROM next WHERE id IS NOT NULL ORDER BY number
                """,
                ("@after", after ?? ""), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, id => id, id => Cursor.After(Artifacts, id.ToString()));
        }, cancellationToken);
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        ArtifactId = ArtifactId.Parse(row.GetString(1)),
        ArtifactType = ArtifactTypes.TryParse(row.GetString(2), out var type) ? type : throw new InvalidDataException($"Unknown type '{row.GetString(2)}'."),
        ArtifactName = row.GetString(3),
        Action = Enum.Parse<AuditAction>(row.GetString(4)),
        UserName = row.GetString(5),
        IsAdmin = row.GetBoolean(6),
        At = new(row.GetInt64(7), TimeSpan.Zero),
        Address = row.IsDBNull(8) ? null : row.GetString(8),
    };
}
