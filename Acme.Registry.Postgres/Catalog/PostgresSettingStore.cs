using System.Text;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>Settings as rows.</summary>
internal sealed class PostgresSettingStore(PostgresDatabase database) : ISettingStore
{
    public async Task<Versioned<string>?> FindAsync(string name, CancellationToken cancellationToken = default) => !SearchText.CanBeKept(name)
        ? null
        : await database.ReadAsync(session => session.FirstAsync(
            row => new Versioned<string>(Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), row.GetInt64(1)),
            "SELECT value, version FROM setting WHERE name = @name", ("@name", name)), cancellationToken);

    public Task<long> SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken = default)
    {
        ISettingStore.CheckValue(value);
        SearchText.Check(name, nameof(name));
        return database.WriteAsync(async session => await session.ScalarAsync(
            ifVersion == 0
                ? "INSERT INTO setting (name, version, value) VALUES (@name, nextval('version_number'), @value) ON CONFLICT DO NOTHING RETURNING version"
                : "UPDATE setting SET version = nextval('version_number'), value = @value WHERE name = @name AND version = @ifVersion RETURNING version",
            ("@name", name), ("@value", Encoding.UTF8.GetBytes(value)), ("@ifVersion", ifVersion)) as long?
            ?? throw new VersionConflictException(ifVersion == 0
                ? $"The setting '{name}' exists already."
                : $"The setting '{name}' was changed meanwhile. Read it again."), cancellationToken);
    }
}
