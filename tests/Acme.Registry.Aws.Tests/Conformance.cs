using Acme.Registry.Storage;
using Acme.Storage.Conformance;

namespace Acme.Registry.Aws.Tests;

public sealed class S3Blobs : BlobStoreConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => Stores.S3Async();
}

public sealed class S3BlobHistories : BlobHistoryConformance
{
    protected override Task<StoreUnderTest<IBlobStore>> CreateAsync() => Stores.S3Async();
}

public sealed class DynamoCatalogAsAWhole : CatalogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoCatalogHistories : CatalogHistoryConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoArtifacts : ArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoArtifactListing : ArtifactListingConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoArtifactSearch : ArtifactSearchConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoArtifactBrowsing : ArtifactBrowseConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoForgedCursors : ForgedCursorConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoUsers : UserStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoTokens : TokenStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoAudit : AuditLogConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoJobs : JobQueueConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoSettings : SettingStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}

public sealed class DynamoDeletedArtifacts : DeletedArtifactStoreConformance
{
    protected override Task<StoreUnderTest<ICatalog>> CreateAsync() => Stores.DynamoDbAsync();
}
