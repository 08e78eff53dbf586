using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Settings as rows.</summary>
internal sealed class SqliteSettingStore(SqliteCatalog catalog) : ISettingStore
{
    public Task<Versioned<string>?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadRowAsync(session => session.First(
            row => new Versioned<string>(row.GetString(1), row.GetInt64(0)), "SELECT version, value FROM setting WHERE name = @name", ("@name", name)), cancellationToken);

    public Task<long> SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken = default)
    {
        ISettingStore.CheckValue(value);
        return catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            if ((session.Scalar("SELECT version FROM setting WHERE name = @name", ("@name", name)) as long? ?? 0) != ifVersion)
            {
                throw new VersionConflictException($"The setting '{name}' was changed meanwhile. Read it again.");
            }
            var version = SqliteCatalog.NextVersion(session);
            session.Execute(
                "INSERT OR REPLACE INTO setting (name, version, value) VALUES (@name, @version, @value)", ("@name", name), ("@version", version), ("@value", value));
            return version;
        }, cancellationToken);
    }
}
