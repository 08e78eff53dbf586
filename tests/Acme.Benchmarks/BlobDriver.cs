using Acme.Storage.Engines;

namespace Acme.Benchmarks;

/// <summary>A store for blobs, empty, and how a registry finds it.</summary>
internal sealed class BlobDriver : IAsyncDisposable
{
    public const string Disk = "disk";
    public const string S3 = "s3";
    public const string Postgres = "postgres";

    private IAsyncDisposable? _engine;

    private BlobDriver(string name) => Settings = ["--Blobs:Provider", name];

    /// <summary>As arguments.</summary>
    public string[] Settings { get; private set; }

    /// <summary>Credentials.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = RadosGateway.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = RadosGateway.SecretKey,
    };

    /// <summary>Whether it hands out URLs.</summary>
    public bool HasDirectDownloads { get; private init; }

    /// <summary>What a registry on it may have resident while a large artifact goes through.</summary>
    public double LimitMegabytes => HasDirectDownloads ? 300 : 250;

    public static async Task<BlobDriver> StartAsync(string name)
    {
        var driver = new BlobDriver(name) { HasDirectDownloads = name == S3 };
        if (name == S3)
        {
            var gateway = await RadosGateway.StartAsync(isOnDisk: true);
            driver._engine = gateway;
            // In Development a registry makes its own bucket.
            driver.Settings =
            [
                .. driver.Settings, "--environment", "Development", "--S3:Bucket", "large", "--S3:ServiceUrl", gateway.Address.AbsoluteUri, "--S3:ForcePathStyle", "true",
                "--S3:Checksums", "when-required", "--S3:CreateBucket", "true",
            ];
        }
        if (name == Postgres)
        {
            var cluster = await PostgresCluster.StartAsync();
            driver._engine = cluster;
            driver.Settings = [.. driver.Settings, "--Postgres:ConnectionString", await cluster.CreateDatabaseAsync()];
        }
        return driver;
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
    }
}
