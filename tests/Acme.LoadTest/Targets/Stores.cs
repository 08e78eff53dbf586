using Acme.Storage.Engines;

namespace Acme.LoadTest.Targets;

/// <summary>The engines below the registries that are compared, started when they are first needed, and the settings that lead there.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private const string Postgres = "postgres";

    private PostgresCluster? _postgres;

    /// <summary>Credentials that the engines take.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>Settings for a registry of its own on these stores.</summary>
    /// <exception cref="OptionException">There is no such store, or its engine is not installed here.</exception>
    public async Task<IReadOnlyList<string>> SettingsAsync(string catalog, string blobs)
    {
        Demand(catalog, "catalog", ["sqlite", Postgres]);
        Demand(blobs, "blob store", ["disk", Postgres]);
        List<string> settings = ["--Catalog:Provider", catalog, "--Blobs:Provider", blobs];
        if (catalog == Postgres || blobs == Postgres)
        {
            if (!PostgresCluster.IsAvailable) throw new OptionException("PostgreSQL is not installed. scripts/load-test.sh installs it (Debian: postgresql).");
            _postgres ??= await PostgresCluster.StartAsync();
            settings.AddRange(["--Postgres:ConnectionString", await _postgres.CreateDatabaseAsync()]);
        }
        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
    }

    private static void Demand(string name, string kind, string[] known)
    {
        if (!known.Contains(name)) throw new OptionException($"There is no {kind} '{name}'; there are {string.Join(", ", known)}.");
    }
}
