using Acme.Api.Hosting;
using Acme.Storage.Engines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Acme.Api.Tests.Crash;

/// <summary>A pair of drivers with engines of its own, each of which can be killed and brought back on the same data.</summary>
internal sealed class KillableStorage : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private KillableStorage(string catalog, string blobs) => Settings = ["--Catalog:Provider", catalog, "--Blobs:Provider", blobs];

    /// <summary>What leads a registry there.</summary>
    public string[] Settings { get; private set; }

    /// <summary>The engines, in the order in which they are brought back.</summary>
    public List<Victim> Engines { get; } = [];

    /// <summary>PostgreSQL, where the pair is on it, and the name of the database.</summary>
    public (PostgresCluster Cluster, string Database)? Postgres { get; private set; }

    /// <summary>Starts the engines of a pair; skips the test where they are not installed.</summary>
    public static async Task<KillableStorage> StartAsync(string catalog, string blobs)
    {
        var storage = new KillableStorage(catalog, blobs);
        try
        {
            if (catalog == "postgres" || blobs == "postgres") await storage.AddPostgresAsync();
            if (catalog == "dynamodb" || blobs == "s3") SharedEngines.UseCredentials();
            if (catalog == "dynamodb") await storage.AddDynamoDbAsync();
            if (blobs == "s3") await storage.AddS3Async();
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the two stores in this process, while no registry has them.</summary>
    /// <param name="data">The registry's data directory.</param>
    public ServiceProvider Open(string data)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine([.. Settings, "--Data:Directory", data]).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Development });
        services.AddStorage(configuration);
        return services.BuildServiceProvider();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _owned) await engine.DisposeAsync();
    }

    private async Task AddPostgresAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        var cluster = await PostgresCluster.StartAsync();
        _owned.Add(cluster);
        const string database = "registry";
        Settings = [.. Settings, "--Postgres:ConnectionString", await cluster.CreateDatabaseAsync(database)];
        Postgres = (cluster, database);
        Engines.Add(new("PostgreSQL", cluster.KillServerAsync, cluster.RecoverServerAsync));
    }

    private async Task AddDynamoDbAsync()
    {
        Assert.SkipWhen(Dynalite.MissingPrerequisite is not null, Dynalite.MissingPrerequisite ?? "");
        var dynalite = await Dynalite.StartAsync();
        _owned.Add(dynalite);
        Settings = [.. Settings, "--DynamoDb:Table", "registry", "--DynamoDb:ServiceUrl", dynalite.Address.ToString(), "--DynamoDb:CreateTable", "true"];
        Engines.Add(new("dynalite", Synchronously(dynalite.Stop), dynalite.RestartAsync));
    }

    private async Task AddS3Async()
    {
        Assert.SkipWhen(RadosGateway.MissingPrerequisite is not null, RadosGateway.MissingPrerequisite ?? "");
        var gateway = await RadosGateway.StartAsync(isOnDisk: true);
        _owned.Add(gateway);
        Settings =
        [
            .. Settings, "--S3:Bucket", "registry", "--S3:ServiceUrl", gateway.Address.ToString(), "--S3:ForcePathStyle", "true", "--S3:Checksums", "when-required",
            "--S3:CreateBucket", "true",
        ];
        Engines.Add(new("object store daemon", Synchronously(gateway.StopStore), Synchronously(gateway.RestartStore)));
        Engines.Add(new("RADOS gateway", Synchronously(gateway.Stop), gateway.RestartAsync));
    }

    private static Func<Task> Synchronously(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };
}

/// <summary>What can be killed.</summary>
/// <param name="Name">For people.</param>
/// <param name="KillAsync">SIGKILL; returns when it is dead.</param>
/// <param name="RestartAsync">Brings it back at the same address with what it had; returns when it listens, or is about to.</param>
internal sealed record Victim(string Name, Func<Task> KillAsync, Func<Task> RestartAsync);
