using System.Collections.Concurrent;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Aws;
using Acme.Registry.Storage;
using Acme.Storage.Engines;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

[assembly: AssemblyFixture(typeof(Acme.Api.Tests.SharedEngines))]

namespace Acme.Api.Tests;

/// <summary>The S3 and the DynamoDB of this test run; each comes up when it is first asked for, and ends with the run.</summary>
public sealed class SharedEngines : IAsyncDisposable
{
    private static readonly Lazy<Task<RadosGateway>> Gateway = new(() =>
    {
        Assert.SkipWhen(RadosGateway.MissingPrerequisite is not null, RadosGateway.MissingPrerequisite ?? "");
        UseCredentials();
        return RadosGateway.StartAsync();
    });

    private static readonly Lazy<Task<Dynalite>> Dynamo = new(() =>
    {
        Assert.SkipWhen(Dynalite.MissingPrerequisite is not null, Dynalite.MissingPrerequisite ?? "");
        UseCredentials();
        return Dynalite.StartAsync();
    });

    private static readonly ConcurrentDictionary<string, Lazy<Task>> Made = new();

    /// <summary>A table of this name, made when it is first asked for; returns the settings that lead there.</summary>
    public static async Task<Dictionary<string, string>> TableAsync(string name)
    {
        Dictionary<string, string> settings = new() { ["DynamoDb:Table"] = name, ["DynamoDb:ServiceUrl"] = (await Dynamo.Value).Address.ToString() };
        await MakeAsync(settings, "DynamoDb:CreateTable", (services, section) => services.AddDynamoDbCatalog(section), provider => provider.GetRequiredService<ICatalog>().PrepareAsync());
        return settings;
    }

    /// <summary>A bucket of this name, made when it is first asked for; returns the settings that lead there.</summary>
    public static async Task<Dictionary<string, string>> BucketAsync(string name)
    {
        Dictionary<string, string> settings = new()
        {
            ["S3:Bucket"] = name, ["S3:ServiceUrl"] = (await Gateway.Value).Address.ToString(), ["S3:ForcePathStyle"] = "true", ["S3:Checksums"] = "when-required",
        };
        await MakeAsync(settings, "S3:CreateBucket", (services, section) => services.AddS3Blobs(section), provider => provider.GetRequiredService<IBlobStore>().FindAsync(Sha256Digest.Of([])));
        return settings;
    }

    /// <summary>Everything in a table, as raw text.</summary>
    public static async Task<IReadOnlyList<string>> TextsOfTableAsync(string table)
    {
        using var client = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { ServiceURL = (await Dynamo.Value).Address.ToString() });
        var items = await client.ScanAsync(new() { TableName = table });
        Assert.True(items.LastEvaluatedKey is null or { Count: 0 }, "The table is larger than one page.");
        return [.. items.Items.SelectMany(i => i.Values).Select(v => v.S ?? v.N ?? (v.B is { } bytes ? Encoding.Latin1.GetString(bytes.ToArray()) : ""))];
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway.IsValueCreated) await (await Gateway.Value).DisposeAsync();
        if (Dynamo.IsValueCreated) await (await Dynamo.Value).DisposeAsync();
    }

    // The registries under test are not always in Development, where alone they make what is missing.
    private static Task MakeAsync(Dictionary<string, string> settings, string create, Action<IServiceCollection, IConfigurationSection> add, Func<IServiceProvider, Task> use)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([.. settings!, new(create, "true")]).Build();
        return Made.GetOrAdd(settings.First().Value + create, _ => new(async () =>
        {
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Development });
            add(services, configuration.GetSection(create.Split(':')[0]));
            await using var provider = services.BuildServiceProvider();
            await use(provider);
        })).Value;
    }

    // The registries under test find them where the SDK's default chain looks, in this process and in those that it starts.
    internal static void UseCredentials()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", RadosGateway.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", RadosGateway.SecretKey);
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }
}
