using Acme.Registry.Access;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>Users as rows.</summary>
internal sealed class PostgresUserStore(PostgresDatabase database) : IUserStore
{
    private const char Listing = 'u';
    private const string Columns = "version, name, password_hash, permissions, stamp, created_at";

    public async Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken = default) => !SearchText.CanBeKept(name)
        ? null
        : await database.ReadAsync(session => session.FirstAsync(Read, $"SELECT {Columns} FROM registered_user WHERE name = @name", ("@name", name)), cancellationToken);

    public Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken = default)
    {
        SearchText.Check(user.Name, nameof(user));
        return database.WriteAsync(async session =>
        {
            (string, object?)[] values =
            [
                ("@name", user.Name), ("@hash", user.PasswordHash), ("@permissions", (int)user.Permissions), ("@stamp", user.Stamp),
                ("@createdAt", user.CreatedAt.UtcTicks), ("@ifVersion", ifVersion),
            ];
            var version = ifVersion == 0
                ? await session.ScalarAsync(
                    $"""
                    INSERT INTO registered_user ({Columns}) VALUES (nextval('version_number'), @name, @hash, @permissions, @stamp, @createdAt)
                    ON CONFLICT DO NOTHING RETURNING version
                    """, values.AsSpan(0, values.Length - 1))
                : await session.ScalarAsync(
                    $"""
                    UPDATE registered_user SET ({Columns}) = (nextval('version_number'), @name, @hash, @permissions, @stamp, @createdAt)
                    WHERE name = @name AND version = @ifVersion RETURNING version
                    """, values);
            return version as long? ?? throw new VersionConflictException(ifVersion == 0
                ? $"The user '{user.Name}' exists already."
                : $"The user '{user.Name}' was changed or deleted meanwhile. Read it again.");
        }, cancellationToken);
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken = default) => SearchText.CanBeKept(name)
        && await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("DELETE FROM token WHERE user_name = @name", ("@name", name));
            return await session.ExecuteAsync("DELETE FROM registered_user WHERE name = @name", ("@name", name)) > 0;
        }, cancellationToken);

    public Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Listing, cursor);
        return database.ReadAsync(async session =>
        {
            var rows = await session.AllAsync(
                Read, $"SELECT {Columns} FROM registered_user WHERE name > @after ORDER BY name LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, u => u.Item, u => Cursor.After(Listing, u.Item.Name));
        }, cancellationToken);
    }

    private static Versioned<User> Read(NpgsqlDataReader row) => new(new()
    {
        Name = row.GetString(1),
        PasswordHash = row.GetString(2),
        Permissions = (Permissions)row.GetInt32(3),
        Stamp = row.GetString(4),
        CreatedAt = new(row.GetInt64(5), TimeSpan.Zero),
    }, row.GetInt64(0));
}
