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
