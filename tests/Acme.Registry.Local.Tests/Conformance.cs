using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;

namespace Acme.Registry.Local.Tests;

/// <summary>The embedded drivers as the shared suites want them.</summary>
internal static class LocalStores
{
    public static Task<StoreUnderTest<IBlobStore>> DiskAsync()
    {
        var directory = new TemporaryDirectory();
        return StoreUnderTest.OpenAsync(
            () => Task.FromResult<IBlobStore>(new DiskBlobStore(directory.Path, TimeProvider.System)), () => Remove(directory));
    }

    public static Task<StoreUnderTest<ICatalog>> SqliteAsync()
    {
        var directory = new TemporaryDirectory();
        return StoreUnderTest.OpenAsync<ICatalog>(
            async () =>
            {
                var catalog = new SqliteCatalog(directory["catalog.db"]);
                await catalog.PrepareAsync();
                return catalog;
            },
            () => Remove(directory));
    }

    private static ValueTask Remove(TemporaryDirectory directory)
    {
        directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class DiskBlobs : BlobStoreConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => LocalStores.DiskAsync();
}

public sealed class DiskBlobHistories : BlobHistoryConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => LocalStores.DiskAsync();
}

public sealed class SqliteCatalogAsAWhole : CatalogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteCatalogHistories : CatalogHistoryConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteArtifacts : ArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteArtifactListing : ArtifactListingConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteArtifactSearch : ArtifactSearchConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteForgedCursors : ForgedCursorConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteUsers : UserStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteTokens : TokenStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteAudit : AuditLogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteJobs : JobQueueConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteArtifactBrowsing : ArtifactBrowseConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteSettings : SettingStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}

public sealed class SqliteDeletedArtifacts : DeletedArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => LocalStores.SqliteAsync();
}
