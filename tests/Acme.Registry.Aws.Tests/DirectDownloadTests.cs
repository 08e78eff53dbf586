using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Aws.S3;
using Acme.Registry.Download;
using Acme.Storage.Engines;

namespace Acme.Registry.Aws.Tests;

/// <summary>What redirects cost: S3 is not asked anew for what was there a moment ago.</summary>
public sealed class DirectDownloadTests
{
    [Fact]
    public async Task A_hundred_clients_of_a_hot_bundle_and_a_hot_file_cost_one_question_each()
    {
        await using var proxy = new FaultProxy((await S3Engine.GetAsync()).Address);
        var options = Stores.S3(proxy.Address);
        using var bucket = new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options);
        using var blobs = new S3BlobStore(bucket);
        var content = new byte[S3Bucket.MinPartSize + 1];
        var put = await blobs.PutAsync(new MemoryStream(content));
        var layout = BundleLayout.For(new Manifest([new ManifestEntry("weights.bin", content.Length, put.Digest, System.IO.Hashing.Crc32.HashToUInt32(content))]), BundlePart.All);
        var direct = new S3DirectDownloads(bucket, blobs);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => direct.GetBundleAsync(layout, "hot.zip"))), Assert.NotNull);
        var before = proxy.Requests;
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => direct.GetBundleAsync(layout, "hot.zip"))), Assert.NotNull);
        Assert.Equal(before, proxy.Requests);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => direct.GetFileAsync(put.Digest, "weights.bin"))), Assert.NotNull);
        Assert.Equal(before + 1, proxy.Requests);
    }

    [Fact]
    public async Task What_is_not_there_is_looked_for_each_time_and_what_was_deleted_is_no_longer_handed_out()
    {
        var options = Stores.S3((await S3Engine.GetAsync()).Address);
        using var bucket = new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options);
        using var blobs = new S3BlobStore(bucket);
        var direct = new S3DirectDownloads(bucket, blobs);
        var content = Encoding.UTF8.GetBytes("here today");
        var digest = Sha256Digest.Of(content);

        Assert.Null(await direct.GetFileAsync(digest, "file"));
        await blobs.PutAsync(new MemoryStream(content));
        Assert.NotNull(await direct.GetFileAsync(digest, "file"));
        Assert.True(await blobs.DeleteAsync(digest, DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.Null(await direct.GetFileAsync(digest, "file"));
    }
}
