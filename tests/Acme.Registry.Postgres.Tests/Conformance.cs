using Acme.Registry.Postgres.Blobs;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;

namespace Acme.Registry.Postgres.Tests;

/// <summary>The PostgreSQL drivers as the shared suites want them, each store in a database of its own.</summary>
internal static class PostgresStores
{
    public static async Task<StoreUnderTest<ICatalog>> CatalogAsync()
    {
        var (options, remove) = await DatabaseAsync();
        return await StoreUnderTest.OpenAsync<ICatalog>(
            async () =>
            {
                var catalog = new PostgresCatalog(options);
                await catalog.PrepareAsync();
                return catalog;
            },
            remove);
    }

    public static async Task<StoreUnderTest<IBlobStore>> BlobsAsync()
    {
        var (options, remove) = await DatabaseAsync();
        return await StoreUnderTest.OpenAsync(() => Task.FromResult<IBlobStore>(new PostgresBlobStore(options, TimeProvider.System)), remove);
    }

    private static async Task<(PostgresOptions Options, Func<ValueTask> Remove)> DatabaseAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        var cluster = await PostgresCluster.SharedAsync();
        var connection = await cluster.CreateDatabaseAsync();
        return (new() { ConnectionString = connection }, async () => await cluster.DropDatabaseAsync(connection));
    }
}

public sealed class PostgresBlobs : BlobStoreConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => PostgresStores.BlobsAsync();
}

public sealed class PostgresBlobHistories : BlobHistoryConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => PostgresStores.BlobsAsync();
}

public sealed class PostgresCatalogAsAWhole : CatalogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresCatalogHistories : CatalogHistoryConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresArtifacts : ArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresArtifactListing : ArtifactListingConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresArtifactSearch : ArtifactSearchConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresForgedCursors : ForgedCursorConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresUsers : UserStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresTokens : TokenStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresAudit : AuditLogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresJobs : JobQueueConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresArtifactBrowsing : ArtifactBrowseConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresSettings : SettingStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}

public sealed class PostgresDeletedArtifacts : DeletedArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => PostgresStores.CatalogAsync();
}
