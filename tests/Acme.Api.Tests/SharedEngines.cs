using System.Text;
using Acme.Storage.Engines;
using Amazon.DynamoDBv2;

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

    public static Task<RadosGateway> S3Async() => Gateway.Value;

    public static Task<Dynalite> DynamoDbAsync() => Dynamo.Value;

    /// <summary>Everything in a table, as raw text.</summary>
    public static async Task<IReadOnlyList<string>> TextsOfTableAsync(string table)
    {
        using var client = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { ServiceURL = (await DynamoDbAsync()).Address.ToString() });
        var items = await client.ScanAsync(new() { TableName = table });
        Assert.True(items.LastEvaluatedKey is null or { Count: 0 }, "The table is larger than one page.");
        return [.. items.Items.SelectMany(i => i.Values).Select(v => v.S ?? v.N ?? (v.B is { } bytes ? Encoding.Latin1.GetString(bytes.ToArray()) : ""))];
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway.IsValueCreated) await (await Gateway.Value).DisposeAsync();
        if (Dynamo.IsValueCreated) await (await Dynamo.Value).DisposeAsync();
    }

    // The registries under test find them where the SDK's default chain looks, in this process and in those that it starts.
    private static void UseCredentials()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", RadosGateway.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", RadosGateway.SecretKey);
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }
}
