using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Acme.Storage.Engines;

namespace Acme.Api.Tests;

/// <summary>
/// The pair of drivers that this run of the suite is about, by the environment variables <c>ACME_TEST_CATALOG</c> and <c>ACME_TEST_BLOBS</c>
/// (sqlite and disk unless they are set). This is the only place that knows what each needs.
/// </summary>
internal static class TestDrivers
{
    /// <summary>The trait that says on which pairs a class of tests is worth running, where it is neither all the same nor left to the two whole runs.</summary>
    public const string Trait = "Drivers";

    /// <summary>What it finds out does not depend on the drivers (such as what is refused before anything is stored), or it chooses its own: run once.</summary>
    public const string Indifferent = "Indifferent";

    /// <summary>Together these touch every store of both ports, and are quick: run on each of the nine pairs.</summary>
    public const string Every = "Every";

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Databases = new();

    /// <summary>For tests of what only the embedded drivers have, such as a full disk of the data directory.</summary>
    public static string[] Embedded { get; } = ["--Catalog:Provider", "sqlite", "--Blobs:Provider", "disk"];

    /// <summary>The catalog's driver.</summary>
    public static string Catalog { get; } = Environment.GetEnvironmentVariable("ACME_TEST_CATALOG") is { Length: > 0 } catalog ? catalog : "sqlite";

    private static string Blobs { get; } = Environment.GetEnvironmentVariable("ACME_TEST_BLOBS") is { Length: > 0 } blobs ? blobs : "disk";

    /// <summary>
    /// The settings of a registry on this data directory, as arguments. A directory that is met for the first time gets empty stores; the
    /// same directory gets the same ones again.
    /// </summary>
    /// <param name="data">The data directory.</param>
    /// <param name="prefix">Put before each key, such as <c>From:</c>.</param>
    public static string[] SettingsFor(string data, string prefix = "")
    {
        var settings = Task.Run(async () => new[] { await SettingsOfAsync(Catalog, data), await SettingsOfAsync(Blobs, data) }.SelectMany(s => s)).GetAwaiter().GetResult();
        return [$"--{prefix}Catalog:Provider", Catalog, $"--{prefix}Blobs:Provider", Blobs, .. settings.SelectMany(s => new[] { $"--{prefix}{s.Key}", s.Value })];
    }

    /// <summary>Everything that the catalog of this data directory keeps, as raw text.</summary>
    public static async Task<IReadOnlyList<string>> CatalogTextsAsync(string data)
    {
        switch (Catalog)
        {
            case "dynamodb":
                return await SharedEngines.TextsOfTableAsync(NameOf(data));
            case "postgres":
                return [await (await PostgresCluster.SharedAsync()).DumpAsync(await DatabaseOfAsync(data))];
            default:
                List<string> texts = [];
                foreach (var file in Directory.GetFiles(data, "catalog.db*"))
                {
                    await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    using var content = new MemoryStream();
                    await stream.CopyToAsync(content);
                    texts.Add(Encoding.Latin1.GetString(content.ToArray()));
                }
                return texts;
        }
    }

    private static async Task<Dictionary<string, string>> SettingsOfAsync(string provider, string data) => provider switch
    {
        "sqlite" or "disk" => [],
        "postgres" => new() { ["Postgres:ConnectionString"] = await DatabaseOfAsync(data) },
        "dynamodb" => await SharedEngines.TableAsync(NameOf(data)),
        "s3" => await SharedEngines.BucketAsync(NameOf(data)),
        _ => throw new InvalidOperationException($"ACME_TEST_CATALOG or ACME_TEST_BLOBS is '{provider}', which no test engine is known for."),
    };

    private static Task<string> DatabaseOfAsync(string data) => Databases.GetOrAdd(Path.GetFullPath(data), path => new(async () =>
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        var cluster = await PostgresCluster.SharedAsync();
        return await cluster.CreateDatabaseAsync($"data_{NameOf(path)}");
    })).Value;

    private static string NameOf(string data) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))))[..32];
}
