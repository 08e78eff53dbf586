using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Amazon.S3;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Blobs as objects <c>sha256/ab/&lt;64 hex&gt;</c> of a bucket whose versioning is on. <see cref="BlobInfo.PutAt"/> is the object's
/// Last-Modified, in whole seconds, by the service's clock.
/// </summary>
/// <remarks>
/// <para>Put: what fits one part is sent in one request once its digest is known. What is larger goes in parts to
/// <c>staging/</c>, and is copied to its key on the service's side when the digest is right: S3 dates an object made of parts by when
/// its upload began, and a copy by when it was made, which is what a renewal must be dated by. (A copy above 5 GB is made of
/// parts again, and dated by when the copying began.) Every put writes, there being no way to know that what is there is not
/// damaged; so there is no use for a conditional create.</para>
/// <para>Delete: S3 offers no deletion on the condition of a time, and a renewed blob has the same ETag. With versioning on, every put makes
/// a version of its own, and a deletion names the versions that it has seen, all of them older than the time. A put that comes in between
/// adds a version which no such deletion names: it is never undone, on any number of instances. Versions that a put has superseded go with
/// the blob, or when the bucket's lifecycle drops noncurrent ones.</para>
/// <para>Before a deletion the object is copied to <c>trash/</c>, where the lifecycle drops it after a day: a read that takes more than one
/// request goes on from there.</para>
/// </remarks>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    private const string Blobs = "sha256/";

    private readonly S3Bucket _bucket;
    private readonly S3Upload _upload;
    private readonly S3Download _download;

    /// <summary>Uses a client that the caller made; disposes of it.</summary>
    internal S3BlobStore(S3Bucket bucket)
    {
        _bucket = bucket;
        _upload = new(bucket);
        _download = new(bucket);
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default)
    {
        await _bucket.EnsureReadyAsync(cancellationToken);
        try
        {
            var (digest, size, versionId) = await _upload.RunAsync(content, expected, cancellationToken);
            // Where the version is gone already, a later put has taken its place and a deletion has cleared it away: the blob's time is that put's.
            var key = KeyOf(digest);
            var head = await _bucket.HeadAsync(key, versionId, cancellationToken) ?? await _bucket.HeadAsync(key, null, cancellationToken);
            return new(digest, size, Second(head?.LastModified ?? DateTime.UtcNow));
        }
        catch (AmazonS3Exception e) when (S3Bucket.IsFull(e))
        {
            throw new StorageFullException($"The bucket '{_bucket.Name}' takes no more: {e.Message} Raise its quota or free some room.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        await _bucket.EnsureReadyAsync(cancellationToken);
        return await _bucket.HeadAsync(KeyOf(digest), null, cancellationToken) is { } head ? new(digest, head.ContentLength, Second(head.LastModified!.Value)) : null;
    }

    /// <inheritdoc/>
    public async Task CopyToAsync(
        Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        await _bucket.EnsureReadyAsync(cancellationToken);
        await _download.RunAsync(digest, KeyOf(digest), TrashKeyOf(digest), offset, length, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(digest, cancellationToken) is null) return null;
        return await _bucket.PresignAsync(KeyOf(digest), lifetime, null, null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _bucket.EnsureReadyAsync(cancellationToken);
        var request = new ListObjectsV2Request { BucketName = _bucket.Name, Prefix = _bucket.Key(Blobs) };
        ListObjectsV2Response page;
        do
        {
            page = await _bucket.Client.ListObjectsV2Async(request, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                if (Sha256Digest.TryParse(found.Key[(found.Key.LastIndexOf('/') + 1)..], null, out var digest))
                    yield return new(digest, found.Size ?? 0, Second(found.LastModified!.Value));
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default)
    {
        await _bucket.EnsureReadyAsync(cancellationToken);
        var key = KeyOf(digest);
        var versions = await VersionsAsync(key, cancellationToken);
        if (versions.FirstOrDefault(v => v.IsLatest == true) is not { IsDeleteMarker: not true } latest) return false;
        if (versions.Any(v => v.IsDeleteMarker != true && Second(v.LastModified!.Value) >= unlessPutSince)) return false;

        try
        {
            await _bucket.CopyAsync(key, latest.VersionId, latest.Size ?? 0, TrashKeyOf(digest), cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Bucket.IsMissing(e))
        {
            // Another has deleted it meanwhile.
            return false;
        }
        // The current one last: until then an older one cannot come to light.
        foreach (var version in versions.OrderBy(v => v.IsLatest == true).ThenBy(v => v.LastModified))
            await _bucket.DeleteVersionAsync(key, version.VersionId, cancellationToken);
        return true;
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _upload.Dispose();
        _download.Dispose();
        _bucket.Dispose();
    }

    /// <summary>The key of a blob.</summary>
    internal static string KeyIn(S3Bucket bucket, Sha256Digest digest) => bucket.Key($"{Blobs}{Fanned(digest)}");

    private string KeyOf(Sha256Digest digest) => KeyIn(_bucket, digest);

    private string TrashKeyOf(Sha256Digest digest) => _bucket.Key($"trash/{Fanned(digest)}");

    private static string Fanned(Sha256Digest digest)
    {
        var hex = digest.ToString();
        if (hex.Length == 0) throw new ArgumentException("The digest is empty.", nameof(digest));
        return $"{hex[..2]}/{hex}";
    }

    private async Task<List<S3ObjectVersion>> VersionsAsync(string key, CancellationToken cancellationToken)
    {
        List<S3ObjectVersion> versions = [];
        var request = new ListVersionsRequest { BucketName = _bucket.Name, Prefix = key };
        ListVersionsResponse page;
        do
        {
            page = await _bucket.Client.ListVersionsAsync(request, cancellationToken);
            versions.AddRange((page.Versions ?? []).Where(v => v.Key == key));
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
        while (page.IsTruncated == true);
        return versions;
    }

    // The listing of some services tells fractions that their headers do not.
    private static DateTimeOffset Second(DateTime time)
    {
        var utc = time.ToUniversalTime();
        return new(utc.Ticks - utc.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }
}
