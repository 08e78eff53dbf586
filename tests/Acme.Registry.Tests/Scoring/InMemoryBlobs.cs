using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Tests.Scoring;

/// <summary>Blobs in a dictionary.</summary>
internal sealed class InMemoryBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<Sha256Digest, byte[]> _blobs = new();

    public int Count => _blobs.Count;

    public async Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default)
    {
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory, cancellationToken);
        var bytes = memory.ToArray();
        var digest = Sha256Digest.Of(bytes);
        _blobs[digest] = bytes;
        return new(digest, bytes.Length, DateTimeOffset.UnixEpoch);
    }

    public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default) =>
        Task.FromResult(_blobs.TryGetValue(digest, out var bytes) ? new BlobInfo(digest, bytes.Length, DateTimeOffset.UnixEpoch) : null);

    public async Task CopyToAsync(Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        if (!_blobs.TryGetValue(digest, out var bytes)) throw new BlobNotFoundException(digest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, bytes.Length);
        await destination.WriteAsync(bytes.AsMemory((int)offset, (int)length), cancellationToken);
    }

    public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) => new((Uri?)null);

    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var (digest, bytes) in _blobs) yield return new(digest, bytes.Length, DateTimeOffset.UnixEpoch);
    }

    public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default) =>
        Task.FromResult(_blobs.TryRemove(digest, out _));
}
