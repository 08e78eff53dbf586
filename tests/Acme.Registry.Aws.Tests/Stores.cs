using Acme.Registry.Aws.DynamoDb;
using Acme.Registry.Aws.S3;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Aws.Tests;

/// <summary>The drivers as the shared suites want them: each store in a bucket or table of its own.</summary>
internal static class Stores
{
    public static async Task<StoreUnderTest<IBlobStore>> S3Async()
    {
        var options = S3((await S3Engine.GetAsync()).Address);
        return await StoreUnderTest.OpenAsync<IBlobStore>(() => Task.FromResult<IBlobStore>(OpenS3(options)), () => ValueTask.CompletedTask);
    }

    public static S3Options S3(Uri address) => new()
    {
        ServiceUrl = address,
        Bucket = $"b{Guid.NewGuid():N}",
        Prefix = "registry/",
        ForcePathStyle = true,
        CreateBucket = true,
        Checksums = "when-required",
    };

    public static S3BlobStore OpenS3(S3Options options) => new(new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options));

    public static async Task<StoreUnderTest<ICatalog>> DynamoDbAsync() => await DynamoDbAsync(DynamoDb((await DynamoEngine.GetAsync()).Address));

    public static async Task<StoreUnderTest<ICatalog>> DynamoDbAsync(DynamoDbOptions options)
    {
        return await StoreUnderTest.OpenAsync(() => OpenDynamoDbAsync(options), async () =>
        {
            using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
            await client.DeleteTableAsync(options.Table);
        });
    }

    public static DynamoDbOptions DynamoDb(Uri address) => new() { ServiceUrl = address, Table = $"t{Guid.NewGuid():N}", CreateTable = true };

    public static async Task<ICatalog> OpenDynamoDbAsync(DynamoDbOptions options)
    {
        var table = new DynamoTable(DynamoTable.CreateClient(options, DynamoEngine.Credentials), options);
        var catalog = new DynamoCatalog(table, options, TimeProvider.System, NullLogger.Instance);
        await catalog.PrepareAsync();
        return catalog;
    }

    /// <summary>All that lies in the table.</summary>
    public static async Task<TableContents> ContentsAsync(DynamoDbOptions options)
    {
        using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
        return await TableContents.ReadAsync(client, options.Table!);
    }

    /// <summary>Collects what changes left that began before a time.</summary>
    public static async Task<int> CollectLeftoversAsync(DynamoDbOptions options, DateTimeOffset begunBefore)
    {
        using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
        return await new Leftovers(new DynamoTable(client, options), TimeProvider.System).CollectAsync(begunBefore);
    }

    /// <summary>Leaves what a save leaves that dies right after its claim.</summary>
    public static async Task ClaimAsync(DynamoDbOptions options, Artifacts.Artifact artifact)
    {
        using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
        await new UrlClaims(new DynamoTable(client, options), TimeProvider.System).ClaimAsync(artifact.Epoch, artifact, default);
    }
}
