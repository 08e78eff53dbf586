using System.Text;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Jobs as rows; a lease is one conditional update.</summary>
internal sealed class SqliteJobQueue(SqliteCatalog catalog) : IJobQueue
{
    private const char Listing = 'j';
    private const int MaxPayloadBytes = 64 * 1024;
    private const string Columns = "id, kind, payload, due_at, attempts, owner, leased_until";

    public Task<bool> AddAsync(Job job, CancellationToken cancellationToken = default)
    {
        if (Encoding.UTF8.GetByteCount(job.Payload) > MaxPayloadBytes)
        {
            throw new ArgumentException($"A job's payload has at most {MaxPayloadBytes} bytes. Keep what is larger in a blob.", nameof(job));
        }
        return catalog.Writer.WriteAsync(Durability.Machine, session => session.Execute(
            $"INSERT OR IGNORE INTO job ({Columns}) VALUES (@id, @kind, @payload, @dueAt, @attempts, @owner, @leasedUntil)",
            ("@id", job.Id), ("@kind", job.Kind), ("@payload", job.Payload), ("@dueAt", job.DueAt.UtcTicks),
            ("@attempts", job.Attempts), ("@owner", job.Owner), ("@leasedUntil", job.LeasedUntil.UtcTicks)) > 0, cancellationToken);
    }

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadRowAsync(session => session.First(Read, $"SELECT {Columns} FROM job WHERE id = @id", ("@id", id)), cancellationToken);

    public Task<Job?> LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session => session.First(
            Read,
            $"""
            UPDATE job SET owner = @owner, leased_until = @until
            WHERE id = (SELECT id FROM job WHERE due_at <= @now AND (owner IS NULL OR leased_until <= @now) ORDER BY due_at, id LIMIT 1)
            RETURNING {Columns}
            """,
            ("@owner", owner), ("@now", now.UtcTicks), ("@until", (now + lease).UtcTicks)), cancellationToken);

    public Task<bool> RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session => session.Execute(
            "UPDATE job SET leased_until = @until WHERE id = @id AND owner = @owner AND leased_until > @now",
            ("@id", id), ("@owner", owner), ("@now", now.UtcTicks), ("@until", (now + lease).UtcTicks)) > 0, cancellationToken);

    public Task<bool> FinishAsync(string id, string owner, DateTimeOffset? retryAt = null, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session => retryAt is { } dueAt
            ? session.Execute(
                "UPDATE job SET owner = NULL, leased_until = 0, due_at = @dueAt, attempts = attempts + 1 WHERE id = @id AND owner = @owner",
                ("@id", id), ("@owner", owner), ("@dueAt", dueAt.UtcTicks)) > 0
            : session.Execute("DELETE FROM job WHERE id = @id AND owner = @owner", ("@id", id), ("@owner", owner)) > 0, cancellationToken);

    public Task<Page<Job>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Listing, cursor);
        return catalog.Readers.ReadAsync(session => Pages.PageOf(
            session.All(Read, $"SELECT {Columns} FROM job WHERE id > @after ORDER BY id LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1)),
            limit, job => job, job => Cursor.After(Listing, job.Id)), cancellationToken);
    }

    private static Job Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1),
        Payload = row.GetString(2),
        DueAt = new(row.GetInt64(3), TimeSpan.Zero),
        Attempts = row.GetInt32(4),
        Owner = row.IsDBNull(5) ? null : row.GetString(5),
        LeasedUntil = new(row.GetInt64(6), TimeSpan.Zero),
    };
}
