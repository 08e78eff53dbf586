using System.Buffers;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>Brings a stream of unknown length and digest into the bucket; see <see cref="S3BlobStore"/> for how and why.</summary>
internal sealed class S3Upload(S3Bucket bucket)
{
    private const int PartSize = 8 * 1024 * 1024;
    private const int PartsAtOnce = 4;

    // S3 takes 10,000 parts: they grow, so that 440 GB fit, and memory stays bounded by the size of those under way.
    private const int PartsPerSize = 1000;

    /// <summary>Uploads; returns what it was and the version it became.</summary>
    /// <exception cref="DigestMismatchException">Not the expected digest; nothing is left under any.</exception>
    public async Task<(Sha256Digest Digest, long Size, string? VersionId)> RunAsync(Stream content, Sha256Digest? expected, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = ArrayPool<byte>.Shared.Rent(PartSize);
        var firstIsOurs = true;
        try
        {
            var length = await content.ReadAtLeastAsync(first.AsMemory(0, PartSize), PartSize, throwOnEndOfStream: false, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(first, 0, length);
            if (length < PartSize)
            {
                var digest = Verify(hash, expected);
                using var bytes = new MemoryStream(first, 0, length, writable: false);
                var put = await bucket.PutAsync(S3BlobStore.KeyIn(bucket, digest), bytes, cancellationToken);
                return (digest, length, put.VersionId);
            }
            firstIsOurs = false;
            return await UploadPartsAsync(content, first, hash, expected, cancellationToken);
        }
        finally
        {
            if (firstIsOurs) ArrayPool<byte>.Shared.Return(first);
        }
    }

    private static Sha256Digest Verify(IncrementalHash hash, Sha256Digest? expected)
    {
        var digest = Sha256Digest.FromBytes(hash.GetHashAndReset());
        return expected is null || expected == digest ? digest : throw new DigestMismatchException(expected.Value, digest);
    }

    private async Task<(Sha256Digest Digest, long Size, string? VersionId)> UploadPartsAsync(
        Stream content, byte[] first, IncrementalHash hash, Sha256Digest? expected, CancellationToken cancellationToken)
    {
        var staging = bucket.Key($"staging/{Guid.NewGuid():N}");
        using var slots = new SemaphoreSlim(PartsAtOnce);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<PartETag>> parts = [];
        string? uploadId = null;
        CompleteMultipartUploadResponse completed;
        Sha256Digest digest;
        long size = 0;
        var (buffer, length) = (first, PartSize);
        try
        {
            uploadId = await bucket.BeginPartsAsync(staging, null, stop.Token);
            while (length > 0)
            {
                await slots.WaitAsync(stop.Token);
                size += length;
                parts.Add(UploadPartAsync(staging, uploadId, parts.Count + 1, buffer, length, slots, stop));
                buffer = [];
                var wanted = PartSize * (1 + parts.Count / PartsPerSize);
                buffer = ArrayPool<byte>.Shared.Rent(wanted);
                length = await content.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, stop.Token);
                hash.AppendData(buffer, 0, length);
            }
            cancellationToken.ThrowIfCancellationRequested();
            digest = Verify(hash, expected);
            completed = await bucket.CompleteAsync(staging, uploadId, await Task.WhenAll(parts), stop.Token);
        }
        catch (Exception e)
        {
            await stop.CancelAsync();
            await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (uploadId is not null) await bucket.AbortAsync(staging, uploadId);
            // A part that failed has ended the reading: its reason is the one to tell.
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested && parts.FirstOrDefault(p => p.IsFaulted)?.Exception?.InnerException is { } reason)
                throw reason;
            throw;
        }
        finally
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }

        try
        {
            return (digest, size, await bucket.CopyAsync(staging, completed.VersionId, size, S3BlobStore.KeyIn(bucket, digest), cancellationToken));
        }
        finally
        {
            // If this fails the lifecycle does it.
            await bucket.TryDeleteVersionAsync(staging, completed.VersionId);
        }
    }

    private async Task<PartETag> UploadPartAsync(
        string key, string uploadId, int number, byte[] buffer, int length, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        try
        {
            using var bytes = new MemoryStream(buffer, 0, length, writable: false);
            return await bucket.UploadPartAsync(key, uploadId, number, bytes, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            slots.Release();
        }
    }
}
