using System.Net.Http.Headers;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Storage;
using Amazon.Runtime;
using Microsoft.Extensions.Caching.Memory;

namespace Acme.Registry.Aws.S3;

/// <summary>Presigned URLs of blobs, and of bundles under <c>bundles/</c>, each assembled once and dropped by the bucket's lifecycle.</summary>
internal sealed class S3DirectDownloads(S3Bucket bucket, IBlobStore blobs) : IDirectDownloads, IDisposable
{
    private const int MaxUrls = 10_000;
    // Smaller ones are answered as quickly as they are assembled, and fit through any gateway.
    private const long MinBundle = S3Bucket.MinPartSize;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly BundleAssembly _assembly = new(bucket, blobs);

    // Signing takes longer than all else that a redirect needs. Whoever is given a URL that was signed a moment ago has nearly all of its life before them.
    private readonly MemoryCache _urls = new(new MemoryCacheOptions { SizeLimit = MaxUrls });
    private readonly TimeSpan _urlMemory = TimeSpan.FromTicks(Math.Min(bucket.Options.PresignedLifetime.Ticks / 20, TimeSpan.TicksPerMinute));

    /// <inheritdoc/>
    public void Dispose() => _urls.Dispose();

    /// <inheritdoc/>
    public async Task<Uri?> GetFileAsync(Sha256Digest digest, string fileName, CancellationToken cancellationToken = default)
    {
        await bucket.EnsureReadyAsync(cancellationToken);
        var key = S3BlobStore.KeyIn(bucket, digest);
        var isThere = await bucket.Seen.IsThereAsync(
            key, async () => await bucket.HeadAsync(key, null, CancellationToken.None) is not null, Timeout.InfiniteTimeSpan, cancellationToken);
        return isThere ? await PresignAsync(key, fileName, "application/octet-stream") : null;
    }

    /// <inheritdoc/>
    public async Task<Uri?> GetBundleAsync(BundleLayout bundle, string fileName, CancellationToken cancellationToken = default)
    {
        if (bundle.Length < MinBundle) return null;
        await bucket.EnsureReadyAsync(cancellationToken);
        var key = bucket.Key($"bundles/{bundle.ETag.Trim('"')}.zip");
        try
        {
            var isThere = await bucket.Seen.IsThereAsync(
                key, async () => await IsThereAsync(key, bundle.Length) || await AssembleAsync(key, bundle), Patience, cancellationToken);
            return isThere ? await PresignAsync(key, fileName, "application/zip") : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<bool> IsThereAsync(string key, long length)
    {
        // One that is about to be dropped is made anew, so that no URL outlives its object.
        var oldest = DateTime.UtcNow - bucket.Options.BundleLifetime;
        return await bucket.HeadAsync(key, null, CancellationToken.None) is { } head && head.ContentLength == length && head.LastModified!.Value.ToUniversalTime() > oldest;
    }

    /// <summary>False when it could not be done: the bundle is then sent in the plain way, which tells what is wrong, if anything is.</summary>
    private async Task<bool> AssembleAsync(string key, BundleLayout bundle)
    {
        try
        {
            return await _assembly.RunAsync(key, bundle, CancellationToken.None);
        }
        catch (Exception e) when (e is AmazonServiceException or StorageUnavailableException or BlobNotFoundException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<Uri> PresignAsync(string key, string fileName, string mediaType)
    {
        if (_urls.TryGetValue((key, fileName), out Uri? url)) return url!;
        var disposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = fileName };
        url = await bucket.PresignAsync(key, bucket.Options.PresignedLifetime, disposition.ToString(), mediaType);
        return _urls.Set((key, fileName), url, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = _urlMemory, Size = 1 });
    }
}
