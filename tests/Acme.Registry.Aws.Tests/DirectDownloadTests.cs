using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Aws.S3;
using Acme.Registry.Download;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
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
        using var direct = new S3DirectDownloads(bucket, blobs);

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
        using var direct = new S3DirectDownloads(bucket, blobs);
        var content = Encoding.UTF8.GetBytes("here today");
        var digest = Sha256Digest.Of(content);

        Assert.Null(await direct.GetFileAsync(digest, "file"));
        await blobs.PutAsync(new MemoryStream(content));
        Assert.NotNull(await direct.GetFileAsync(digest, "file"));
        Assert.True(await blobs.DeleteAsync(digest, DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.Null(await direct.GetFileAsync(digest, "file"));
    }

    [Fact]
    public async Task A_URL_is_given_out_again_for_a_twentieth_of_its_life_and_only_under_the_same_name()
    {
        var options = Stores.S3((await S3Engine.GetAsync()).Address);
        options.PresignedLifetime = TimeSpan.FromMinutes(1);
        using var bucket = new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options);
        using var blobs = new S3BlobStore(bucket);
        using var direct = new S3DirectDownloads(bucket, blobs);
        var put = await blobs.PutAsync(new MemoryStream("here"u8.ToArray()));

        var first = await direct.GetFileAsync(put.Digest, "one.txt");
        Assert.Same(first, await direct.GetFileAsync(put.Digest, "one.txt"));
        Assert.Contains("two.txt", (await direct.GetFileAsync(put.Digest, "two.txt"))!.Query);
        await Task.Delay(options.PresignedLifetime / 20 + TimeSpan.FromSeconds(1.5));
        Assert.NotEqual(first, await direct.GetFileAsync(put.Digest, "one.txt"));
    }

    [Fact]
    public async Task A_hundred_clients_of_a_bundle_that_was_not_asked_for_lately_read_its_manifest_once()
    {
        await using var proxy = new FaultProxy((await S3Engine.GetAsync()).Address);
        var options = Stores.S3(proxy.Address);
        using var bucket = new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options);
        using var blobs = new S3BlobStore(bucket);
        var manifest = new Manifest([new ManifestEntry("README.md", 0, Sha256Digest.Of([]), 0)]).Serialize();
        var put = await blobs.PutAsync(new MemoryStream(manifest));
        var revision = Samples.Artifact("cold").Head with { Manifest = put.Digest };
        using var reader = new RevisionReader(blobs);
        await blobs.ReadAllBytesAsync(put.Digest);

        var before = proxy.Requests;
        await blobs.ReadAllBytesAsync(put.Digest);
        var once = proxy.Requests - before;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => reader.GetBundleAsync(revision, BundlePart.All)));
        Assert.Equal(before + once + once, proxy.Requests);
    }
}
