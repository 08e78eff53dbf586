using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Amazon.S3;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Reads a range of a blob, in order. A short one is streamed as it comes; of a long one several chunks are fetched at once into buffers, as
/// many as the process has to spare. A connection that breaks is taken up again where it broke.
/// </summary>
internal sealed class S3Download(S3Bucket bucket) : IDisposable
{
    private const int ChunkSize = 2 * 1024 * 1024;
    private const int ChunksAhead = 4;
    private const int WriteSize = 256 * 1024;
    private const int MaxBreaks = 8;

    // Of all reads of the process together: 64 MiB, of which 16 stay when nobody reads. A read that finds none left streams without.
    private const int MaxChunks = 32;
    private const int KeptChunks = 8;

    private readonly SemaphoreSlim _spare = new(MaxChunks);
    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(ChunkSize, KeptChunks);

    /// <summary>Writes the range; see <see cref="IBlobStore.CopyToAsync"/>.</summary>
    public async Task RunAsync(
        Sha256Digest digest, string key, string trashKey, long offset, long length, PipeWriter destination, CancellationToken cancellationToken)
    {
        if (length <= 0 || offset < 0 || offset > long.MaxValue - length)
        {
            // Nothing to fetch, or nothing that could be: only the size tells which.
            var head = await bucket.HeadAsync(key, null, cancellationToken) ?? throw new BlobNotFoundException(digest);
            CheckRange(offset, length, head.ContentLength);
            return;
        }

        var read = new Read(bucket.Client, bucket.Name, digest, key, trashKey);
        var end = offset + length;
        // The first chunk shows whether there is such a blob and such a range, before anything is written.
        using (var first = await read.OpenAsync(offset, Math.Min(end, offset + ChunkSize), cancellationToken))
        {
            CheckRange(offset, length, SizeOf(first));
            var (written, goesOn) = await StreamAsync(first, destination, cancellationToken);
            offset += written;
            if (!goesOn) return;
        }
        await CopyRestAsync(read, offset, end, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _spare.Dispose();

    private static void CheckRange(long offset, long length, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, size - offset);
    }

    private static long SizeOf(GetObjectResponse response) =>
        long.Parse(response.ContentRange![(response.ContentRange!.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private async Task CopyRestAsync(Read read, long offset, long end, PipeWriter destination, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<Chunk>> ahead = new();
        var next = offset;
        try
        {
            while (offset < end)
            {
                while (next < end && ahead.Count < ChunksAhead && _spare.Wait(0, CancellationToken.None))
                {
                    var (from, to) = (next, Math.Min(end, next + ChunkSize));
                    ahead.Enqueue(FetchAsync(read, from, to, stop.Token));
                    next = to;
                }
                if (ahead.TryDequeue(out var fetching))
                {
                    using var chunk = await fetching;
                    if (!await WriteAsync(chunk.Memory, destination, cancellationToken)) return;
                    offset += chunk.Memory.Length;
                }
                else
                {
                    var to = Math.Min(end, offset + ChunkSize);
                    if (!await StreamToEndAsync(read, offset, to, destination, cancellationToken)) return;
                    offset = next = to;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var fetching in ahead)
            {
                try
                {
                    (await fetching).Dispose();
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    // Nobody waits for it any more.
                }
            }
        }
    }

    /// <summary>Writes the bytes, no more at once than a slow reader should make the pipe hold; false when the reader has gone.</summary>
    private static async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, PipeWriter destination, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(WriteSize, bytes.Length);
            if ((await destination.WriteAsync(bytes[..count], cancellationToken)).IsCompleted) return false;
            bytes = bytes[count..];
        }
        return true;
    }

    private async Task<Chunk> FetchAsync(Read read, long offset, long end, CancellationToken cancellationToken)
    {
        var chunk = new Chunk(_buffers, _spare, (int)(end - offset));
        try
        {
            var filled = 0;
            for (var breaks = 0; filled < end - offset;)
            {
                try
                {
                    using var response = await read.OpenAsync(offset + filled, end, cancellationToken);
                    int count;
                    while (filled < end - offset && (count = await response.ResponseStream.ReadAsync(chunk.Memory[filled..], cancellationToken)) > 0)
                    {
                        filled += count;
                        breaks = 0;
                    }
                    if (filled < end - offset) throw new EndOfStreamException();
                }
                catch (Exception e) when (IsBreak(e, cancellationToken))
                {
                    if (++breaks > MaxBreaks) throw TooManyBreaks(e);
                    await PauseAsync(breaks, cancellationToken);
                }
            }
            return chunk;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    /// <summary>Streams a chunk without a buffer; false when the reader has gone.</summary>
    private static async Task<bool> StreamToEndAsync(Read read, long offset, long end, PipeWriter destination, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var breaks = 0; offset < end; breaks++)
        {
            if (breaks > MaxBreaks) throw TooManyBreaks(last);
            if (breaks > 0) await PauseAsync(breaks, cancellationToken);
            try
            {
                using var response = await read.OpenAsync(offset, end, cancellationToken);
                var (written, goesOn) = await StreamAsync(response, destination, cancellationToken);
                offset += written;
                if (!goesOn) return false;
            }
            catch (Exception e) when (IsBreak(e, cancellationToken))
            {
                // Again, from where it broke.
                last = e;
            }
        }
        return true;
    }

    /// <summary>Writes what the response yields, up to its end or to where the connection breaks.</summary>
    private static async Task<(long Written, bool GoesOn)> StreamAsync(GetObjectResponse response, PipeWriter destination, CancellationToken cancellationToken)
    {
        long written = 0;
        while (true)
        {
            int count;
            try
            {
                count = await response.ResponseStream.ReadAsync(destination.GetMemory(64 * 1024), cancellationToken);
            }
            catch (Exception e) when (IsBreak(e, cancellationToken))
            {
                return (written, true);
            }
            if (count == 0) return (written, true);
            destination.Advance(count);
            written += count;
            if ((await destination.FlushAsync(cancellationToken)).IsCompleted) return (written, false);
        }
    }

    private static bool IsBreak(Exception e, CancellationToken cancellationToken) =>
        e is StorageUnavailableException or IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static StorageUnavailableException TooManyBreaks(Exception? last) => new($"The connection to S3 broke too often: {last?.Message}", last);

    private static Task PauseAsync(int breaks, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50 << Math.Min(breaks, 5))), cancellationToken);

    /// <summary>One blob while it is read: from its key, or from where a deletion has moved it since.</summary>
    private sealed class Read(IAmazonS3 client, string bucketName, Sha256Digest digest, string key, string trashKey)
    {
        private volatile bool _hasBegun;

        public async Task<GetObjectResponse> OpenAsync(long offset, long end, CancellationToken cancellationToken)
        {
            try
            {
                var response = await GetAsync(key, offset, end, cancellationToken);
                _hasBegun = true;
                return response;
            }
            catch (AmazonS3Exception e) when (S3Bucket.IsMissing(e) && _hasBegun)
            {
                return await GetAsync(trashKey, offset, end, cancellationToken);
            }
            catch (AmazonS3Exception e) when (S3Bucket.IsMissing(e))
            {
                throw new BlobNotFoundException(digest);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                throw new ArgumentOutOfRangeException(nameof(offset), offset, "The range begins behind the blob's end.");
            }
        }

        private Task<GetObjectResponse> GetAsync(string from, long offset, long end, CancellationToken cancellationToken) => client.GetObjectAsync(
            new GetObjectRequest { BucketName = bucketName, Key = from, ByteRange = new ByteRange(offset, end - 1) }, cancellationToken);
    }

    /// <summary>A buffer that counts against those of the process.</summary>
    private sealed class Chunk(ArrayPool<byte> buffers, SemaphoreSlim spare, int length) : IDisposable
    {
        private readonly byte[] _bytes = buffers.Rent(ChunkSize);

        public Memory<byte> Memory => _bytes.AsMemory(0, length);

        public void Dispose()
        {
            buffers.Return(_bytes);
            spare.Release();
        }
    }
}
