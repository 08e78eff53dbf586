using System.Buffers;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Brings streams of unknown length and digest into the bucket; see <see cref="S3BlobStore"/> for how and why. Each has one part in memory, and more
/// as long as the process has some to spare.
/// </summary>
internal sealed class S3Upload(S3Bucket bucket) : IDisposable
{
    private const int PartSize = 8 * 1024 * 1024;
    private const int PartsAtOnce = 3;

    // Of all uploads together, beside the one that each has: 16 MiB.
    private const int SpareParts = 2;

    // Stay when nobody uploads: fewer would be made and thrown away again and again. The runtime's shared pool keeps one for every thread that ever returned one.
    private const int KeptBuffers = 4;

    // S3 takes 10,000 parts: they grow, so that 440 GB fit.
    private const int PartsPerSize = 1000;

    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(PartSize, KeptBuffers);
    private readonly SemaphoreSlim _spare = new(SpareParts);

    /// <summary>Uploads; returns what it was and the version it became.</summary>
    /// <exception cref="DigestMismatchException">Not the expected digest; nothing is left under any.</exception>
    public async Task<(Sha256Digest Digest, long Size, string? VersionId)> RunAsync(Stream content, Sha256Digest? expected, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = _buffers.Rent(PartSize);
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
            return await UploadPartsAsync(content, new(first, false), hash, expected, cancellationToken);
        }
        finally
        {
            if (firstIsOurs) _buffers.Return(first);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _spare.Dispose();

    private static Sha256Digest Verify(IncrementalHash hash, Sha256Digest? expected)
    {
        var digest = Sha256Digest.FromBytes(hash.GetHashAndReset());
        return expected is null || expected == digest ? digest : throw new DigestMismatchException(expected.Value, digest);
    }

    private async Task<(Sha256Digest Digest, long Size, string? VersionId)> UploadPartsAsync(
        Stream content, Part first, IncrementalHash hash, Sha256Digest? expected, CancellationToken cancellationToken)
    {
        var staging = bucket.Key($"staging/{Guid.NewGuid():N}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<PartETag>> parts = [];
        string? uploadId = null;
        CompleteMultipartUploadResponse completed;
        Sha256Digest digest;
        long size = 0;
        Part? part = first;
        try
        {
            uploadId = await bucket.BeginPartsAsync(staging, null, stop.Token);
            for (var length = PartSize; length > 0;)
            {
                size += length;
                parts.Add(UploadPartAsync(staging, uploadId, parts.Count + 1, part, length, stop));
                part = null;
                var growth = 1 + parts.Count / PartsPerSize;
                part = await NextAsync(parts, PartSize * growth, Math.Max(1, PartsAtOnce / growth), stop.Token);
                length = await content.ReadAtLeastAsync(part.Buffer.AsMemory(0, PartSize * growth), PartSize * growth, throwOnEndOfStream: false, stop.Token);
                hash.AppendData(part.Buffer, 0, length);
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
            if (part is not null) Return(part);
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

    /// <summary>A buffer for the part after these: at once where one may be had, else when one of them has gone out.</summary>
    private async Task<Part> NextAsync(List<Task<PartETag>> parts, int size, int atOnce, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var underWay = parts.Where(p => !p.IsCompleted).ToList();
            if (underWay.Count == 0) return new(_buffers.Rent(size), false);
            if (underWay.Count < atOnce && _spare.Wait(0, CancellationToken.None)) return new(_buffers.Rent(size), true);
            await Task.WhenAny(underWay).WaitAsync(cancellationToken);
        }
    }

    private async Task<PartETag> UploadPartAsync(string key, string uploadId, int number, Part part, int length, CancellationTokenSource stop)
    {
        try
        {
            using var bytes = new MemoryStream(part.Buffer, 0, length, writable: false);
            return await bucket.UploadPartAsync(key, uploadId, number, bytes, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            Return(part);
        }
    }

    private void Return(Part part)
    {
        _buffers.Return(part.Buffer);
        if (part.IsSpare) _spare.Release();
    }

    /// <summary>What is read and sent as one.</summary>
    private sealed record Part(byte[] Buffer, bool IsSpare);
}
