using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Users as rows.</summary>
internal sealed class SqliteUserStore(SqliteCatalog catalog) : IUserStore
{
    private const char Listing = 'u';
    private const string Columns = "version, name, password_hash, permissions, stamp, created_at";

    public Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadRowAsync(session => session.First(Read, $"SELECT {Columns} FROM user WHERE name = @name", ("@name", name)), cancellationToken);

    public Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            var current = session.Scalar("SELECT version FROM user WHERE name = @name", ("@name", user.Name)) as long? ?? 0;
            if (current != ifVersion)
            {
                throw new VersionConflictException(ifVersion == 0
                    ? $"The user '{user.Name}' exists already."
                    : $"The user '{user.Name}' was changed or deleted meanwhile. Read it again.");
            }
            var version = SqliteCatalog.NextVersion(session);
            session.Execute(
                $"INSERT OR REPLACE INTO user ({Columns}) VALUES (@version, @name, @hash, @permissions, @stamp, @createdAt)",
                ("@version", version), ("@name", user.Name), ("@hash", user.PasswordHash), ("@permissions", (int)user.Permissions),
                ("@stamp", user.Stamp), ("@createdAt", user.CreatedAt.UtcTicks));
            return version;
        }, cancellationToken);

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            session.Execute("DELETE FROM token WHERE user_name = @name", ("@name", name));
            return session.Execute("DELETE FROM user WHERE name = @name", ("@name", name)) > 0;
        }, cancellationToken);

    public Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Listing, cursor);
        return catalog.Readers.ReadAsync(session =>
        {
            var rows = session.All(
                Read, $"SELECT {Columns} FROM user WHERE name > @after ORDER BY name LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, u => u.Item, u => Cursor.After(Listing, u.Item.Name));
        }, cancellationToken);
    }

    private static Versioned<User> Read(SqliteDataReader row) => new(new()
    {
        Name = row.GetString(1),
        PasswordHash = row.GetString(2),
        Permissions = (Permissions)row.GetInt32(3),
        Stamp = row.GetString(4),
        CreatedAt = new(row.GetInt64(5), TimeSpan.Zero),
    }, row.GetInt64(0));
}
