using System.Collections.Concurrent;
using System.IO.Hashing;
using System.IO.Pipelines;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Tests.Download;

/// <summary>Blobs of any size that take no room: each byte follows from the digest and its position.</summary>
internal sealed class PatternBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<Sha256Digest, long> _sizes = [];

    /// <summary>How many copies were asked for.</summary>
    public int Copies { get; private set; }

    /// <summary>Adds a file. A large one gets a CRC that is not its own: nothing here reads so many bytes to compute it.</summary>
    public ManifestEntry Add(string path, long size)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes($"{path}:{size}"));
        _sizes[digest] = size;
        var crc = 0xC0FFEEu;
        if (size < 1 << 20)
        {
            var content = new byte[size];
            Fill(digest, 0, content);
            crc = Crc32.HashToUInt32(content);
        }
        return new(path, size, digest, crc);
    }

    public static byte[] Content(ManifestEntry file)
    {
        var content = new byte[file.Size];
        Fill(file.Digest, 0, content);
        return content;
    }

    public async Task CopyToAsync(
        Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        Copies++;
        if (!_sizes.TryGetValue(digest, out var size)) throw new BlobNotFoundException(digest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, size);
        for (var done = 0L; done < length;)
        {
            var count = (int)Math.Min(length - done, 4096);
            Fill(digest, offset + done, destination.GetSpan(count)[..count]);
            destination.Advance(count);
            done += count;
            if ((await destination.FlushAsync(cancellationToken)).IsCompleted) return;
        }
    }

    public Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    private static void Fill(Sha256Digest digest, long offset, Span<byte> bytes)
    {
        var salt = digest.GetHashCode();
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(((offset + i) * 31) + ((offset + i) >> 8) + salt);
    }
}
