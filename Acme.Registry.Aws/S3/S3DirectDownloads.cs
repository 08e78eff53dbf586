using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Storage;
using Amazon.Runtime;

namespace Acme.Registry.Aws.S3;

/// <summary>Presigned URLs of blobs, and of bundles under <c>bundles/</c>, each assembled once and dropped by the bucket's lifecycle.</summary>
internal sealed class S3DirectDownloads(S3Bucket bucket, IBlobStore blobs) : IDirectDownloads
{
    // Smaller ones are answered as quickly as they are assembled, and fit through any gateway.
    private const long MinBundle = S3Bucket.MinPartSize;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly BundleAssembly _assembly = new(bucket, blobs);
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _underWay = new();

    /// <inheritdoc/>
    public async Task<Uri?> GetFileAsync(Sha256Digest digest, string fileName, CancellationToken cancellationToken = default)
    {
        await bucket.EnsureReadyAsync(cancellationToken);
        var key = S3BlobStore.KeyIn(bucket, digest);
        if (await bucket.HeadAsync(key, null, cancellationToken) is null) return null;
        return await PresignAsync(key, fileName, "application/octet-stream");
    }

    /// <inheritdoc/>
    public async Task<Uri?> GetBundleAsync(BundleLayout bundle, string fileName, CancellationToken cancellationToken = default)
    {
        if (bundle.Length < MinBundle) return null;
        await bucket.EnsureReadyAsync(cancellationToken);
        var key = bucket.Key($"bundles/{bundle.ETag.Trim('"')}.zip");
        if (!await IsThereAsync(key, bundle.Length, cancellationToken))
        {
            // Requests that come meanwhile wait for the same; one that gives up does not end it.
            var assembling = _underWay.GetOrAdd(key, _ => new(() => AssembleAsync(key, bundle))).Value;
            try
            {
                if (!await assembling.WaitAsync(Patience, cancellationToken)) return null;
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
        return await PresignAsync(key, fileName, "application/zip");
    }

    private async Task<bool> IsThereAsync(string key, long length, CancellationToken cancellationToken)
    {
        // One that is about to be dropped is made anew, so that no URL outlives its object.
        var oldest = DateTime.UtcNow - bucket.Options.BundleLifetime;
        return await bucket.HeadAsync(key, null, cancellationToken) is { } head && head.ContentLength == length && head.LastModified!.Value.ToUniversalTime() > oldest;
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
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }

    private Task<Uri> PresignAsync(string key, string fileName, string mediaType)
    {
        var disposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = fileName };
        return bucket.PresignAsync(key, bucket.Options.PresignedLifetime, disposition.ToString(), mediaType);
    }
}
