using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>The catalog in a PostgreSQL database (14 or later).</summary>
public sealed class PostgresCatalog : ICatalog, IAsyncDisposable
{
    private readonly PostgresDatabase _database;

    /// <summary>Opens nothing yet; <see cref="PrepareAsync"/> makes the schema.</summary>
    public PostgresCatalog(PostgresOptions options)
    {
        _database = new(options, CatalogSchema.Driver);
        Artifacts = new PostgresArtifactStore(_database);
        Users = new PostgresUserStore(_database);
        Tokens = new PostgresTokenStore(_database);
        Audit = new PostgresAuditLog(_database);
        Jobs = new PostgresJobQueue(_database);
        Deleted = new PostgresDeletedArtifactStore(_database);
        Settings = new PostgresSettingStore(_database);
    }

    /// <inheritdoc/>
    public IArtifactStore Artifacts { get; }

    /// <inheritdoc/>
    public IUserStore Users { get; }

    /// <inheritdoc/>
    public ITokenStore Tokens { get; }

    /// <inheritdoc/>
    public IAuditLog Audit { get; }

    /// <inheritdoc/>
    public IJobQueue Jobs { get; }

    /// <inheritdoc/>
    public IDeletedArtifactStore Deleted { get; }

    /// <inheritdoc/>
    public ISettingStore Settings { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The schema is of a newer program; the message says what to do.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken = default) =>
        Migrations.ApplyAsync(_database, CatalogSchema.Driver, CatalogSchema.Steps, cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetEpochAsync(CancellationToken cancellationToken = default) =>
        _database.ReadAsync(async session => (long)(await session.ScalarAsync("SELECT epoch FROM registry"))!, cancellationToken);

    /// <inheritdoc/>
    public Task ResetAsync(
        IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(async session =>
        {
            // Takes the lock of all changes to artifacts as well.
            await session.ExecuteAsync("UPDATE registry SET epoch = epoch + 1");
            // At once whatever their size; readers wait for it, and see all of them full or all of them empty. The numbers go on.
            await session.ExecuteAsync("TRUNCATE artifact, card, search_text, artifact_count, deleted_artifact, audit, job");
            await session.ExecuteAsync("DELETE FROM registered_user WHERE name <> ALL (@keep)", ("@keep", keepUsers.Where(SearchText.CanBeKept).ToArray()));
            return await session.ExecuteAsync("DELETE FROM token WHERE hash <> ALL (@keep)", ("@keep", keepTokens.Where(SearchText.CanBeKept).ToArray()));
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
