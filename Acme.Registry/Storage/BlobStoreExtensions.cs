using System.Buffers;
using System.IO.Pipelines;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>Small whole reads and writes, for documents that are known to be small.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Stores bytes that are in memory.</summary>
    public static async Task<BlobInfo> PutBytesAsync(this IBlobStore blobs, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await blobs.PutAsync(stream, null, cancellationToken);
    }

    /// <summary>Reads a range into memory; at most <see cref="int.MaxValue"/> bytes.</summary>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    public static async Task<byte[]> ReadBytesAsync(
        this IBlobStore blobs, Sha256Digest digest, long offset, long length, CancellationToken cancellationToken = default)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(1, checked((int)length)));
        var pipe = new Pipe();
        var copy = CopyAsync();
        while (true)
        {
            var read = await pipe.Reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer) buffer.Write(segment.Span);
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }
        await copy;
        return buffer.WrittenSpan.ToArray();

        async Task CopyAsync()
        {
            Exception? failure = null;
            try
            {
                await blobs.CopyToAsync(digest, offset, length, pipe.Writer, cancellationToken);
            }
            catch (Exception e)
            {
                failure = e;
                throw;
            }
            finally
            {
                await pipe.Writer.CompleteAsync(failure);
            }
        }
    }

    /// <summary>Reads a whole blob into memory.</summary>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    public static async Task<byte[]> ReadAllBytesAsync(this IBlobStore blobs, Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        var info = await blobs.FindAsync(digest, cancellationToken) ?? throw new BlobNotFoundException(digest);
        return await blobs.ReadBytesAsync(digest, 0, info.Size, cancellationToken);
    }
}
