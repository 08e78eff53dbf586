using Acme.Registry.Local.Sqlite;
using Acme.Registry.Postgres;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Storage;
using Acme.Storage.Engines;
using Npgsql;

namespace Acme.Benchmarks;

/// <summary>Makes catalogs of one driver, each empty or as it was left, and says how a registry finds them.</summary>
internal sealed class CatalogDriver : IAsyncDisposable
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    private PostgresCluster? _cluster;

    private CatalogDriver(string name) => Name = name;

    public string Name { get; }

    public static async Task<CatalogDriver> StartAsync(string name) => new(name)
    {
        // As a small server would have them; the benchmark's own cluster does without fsync, as its page says.
        _cluster = name == Postgres ? await PostgresCluster.StartAsync(null, "shared_buffers=1GB", "maintenance_work_mem=256MB", "max_wal_size=4GB") : null,
    };

    /// <summary>A catalog, ready to use, and the settings that lead a registry there.</summary>
    /// <param name="directory">For what it keeps in files.</param>
    /// <param name="keep">Where it stays, see <see cref="BenchmarkOptions.Keep"/>; null for one that goes with the benchmark.</param>
    public async Task<(ICatalog Catalog, string[] Settings)> OpenAsync(string directory, string? keep = null)
    {
        if (_cluster is null)
        {
            var sqlite = new SqliteCatalog(Path.Combine(keep ?? directory, "catalog.db"));
            await sqlite.PrepareAsync();
            return (sqlite, []);
        }
        var connection = keep ?? await _cluster.CreateDatabaseAsync();
        var postgres = new PostgresCatalog(new PostgresOptions { ConnectionString = connection });
        await postgres.PrepareAsync();
        return (postgres, ["--Catalog:Provider", Postgres, "--Postgres:ConnectionString", connection]);
    }

    /// <summary>Closes a catalog that <see cref="OpenAsync"/> opened.</summary>
    public static async ValueTask CloseAsync(ICatalog catalog)
    {
        if (catalog is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else (catalog as IDisposable)?.Dispose();
    }

    /// <summary>After many inserts: what the driver's engine does by itself sooner or later.</summary>
    public async Task SettleAsync(string[] settings)
    {
        if (_cluster is null) return;
        await using var connection = new NpgsqlConnection(settings[^1]);
        await connection.OpenAsync();
        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }
}
