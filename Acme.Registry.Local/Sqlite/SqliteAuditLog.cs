using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>The audit trail as rows that are only added.</summary>
internal sealed class SqliteAuditLog(SqliteCatalog catalog) : IAuditLog
{
    private const char Listing = 'l';
    private const char Artifacts = 't';
    private const string Columns = "artifact_id, artifact_type, artifact_name, action, user_name, is_admin, at, address";

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        // That someone read is worth a write, but not a disk sync on the path of every download.
        var durability = entry.Action is AuditAction.Download or AuditAction.Rate or AuditAction.Audit ? Durability.Process : Durability.Machine;
        return catalog.Writer.WriteAsync(durability, session => session.Execute(
            $"INSERT INTO audit ({Columns}) VALUES (@id, @type, @name, @action, @user, @isAdmin, @at, @address)",
            ("@id", entry.ArtifactId.ToString()), ("@type", entry.ArtifactType.Word()), ("@name", entry.ArtifactName),
            ("@action", entry.Action.ToString()), ("@user", entry.UserName), ("@isAdmin", entry.IsAdmin),
            ("@at", entry.At.UtcTicks), ("@address", entry.Address)), cancellationToken);
    }

    public Task<Page<AuditEntry>> ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadNumber(Listing, cursor);
        return catalog.Readers.ReadAsync(session =>
        {
            var rows = session.All(
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
        return catalog.Readers.ReadAsync(session =>
        {
            var rows = session.All(
                row => ArtifactId.Parse(row.GetString(0)),
                "SELECT DISTINCT artifact_id FROM audit WHERE artifact_id > @after ORDER BY artifact_id LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, id => id, id => Cursor.After(Artifacts, id.ToString()));
        }, cancellationToken);
    }

    private static AuditEntry Read(SqliteDataReader row) => new()
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
