using Acme.Storage.Engines;

namespace Acme.LoadTest.Targets;

/// <summary>The engines below the registries that are compared, started when they are first needed, and the settings that lead there.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private const string Postgres = "postgres";
    private const string DynamoDb = "dynamodb";
    private const string S3 = "s3";
    private const string S3Redirect = "s3-redirect";

    private PostgresCluster? _postgres;
    private RadosGateway? _s3;
    private Dynalite? _dynamoDb;
    private int _count;

    /// <summary>Credentials that the engines take.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = RadosGateway.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = RadosGateway.SecretKey,
    };

    /// <summary>Settings for a registry of its own on these stores.</summary>
    /// <exception cref="OptionException">There is no such store, or its engine is not installed here.</exception>
    public async Task<IReadOnlyList<string>> SettingsAsync(string catalog, string blobs)
    {
        Demand(catalog, "catalog", ["sqlite", DynamoDb, Postgres]);
        Demand(blobs, "blob store", ["disk", S3, S3Redirect, Postgres]);
        _count++;
        // In Development a registry makes its own table and bucket.
        List<string> settings = ["--environment", "Development", "--Catalog:Provider", catalog, "--Blobs:Provider", blobs == S3Redirect ? S3 : blobs];
        if (catalog == Postgres || blobs == Postgres)
        {
            if (!PostgresCluster.IsAvailable) throw new OptionException("PostgreSQL is not installed. scripts/load-test.sh installs it (Debian: postgresql).");
            _postgres ??= await PostgresCluster.StartAsync();
            settings.AddRange(["--Postgres:ConnectionString", await _postgres.CreateDatabaseAsync()]);
        }
        if (catalog == DynamoDb)
        {
            if (Dynalite.MissingPrerequisite is { } missing) throw new OptionException(missing);
            _dynamoDb ??= await Dynalite.StartAsync();
            settings.AddRange(["--DynamoDb:Table", $"load-test-{_count}", "--DynamoDb:ServiceUrl", $"{_dynamoDb.Address}", "--DynamoDb:Region", "us-east-1", "--DynamoDb:CreateTable", "true"]);
        }
        if (blobs is S3 or S3Redirect)
        {
            if (RadosGateway.MissingPrerequisite is { } missing) throw new OptionException(missing);
            _s3 ??= await RadosGateway.StartAsync();
            settings.AddRange(
            [
                "--S3:Bucket", $"load-test-{_count}", "--S3:ServiceUrl", $"{_s3.Address}", "--S3:Region", "us-east-1", "--S3:ForcePathStyle", "true",
                "--S3:CreateBucket", "true", "--S3:Checksums", "when-required", "--Downloads:Redirect", blobs == S3Redirect ? "true" : "false",
            ]);
        }
        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        if (_dynamoDb is not null) await _dynamoDb.DisposeAsync();
        if (_s3 is not null) await _s3.DisposeAsync();
    }

    private static void Demand(string name, string kind, string[] known)
    {
        if (!known.Contains(name)) throw new OptionException($"There is no {kind} '{name}'; there are {string.Join(", ", known)}.");
    }
}
