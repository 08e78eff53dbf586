using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Acme.Registry.Download;

/// <summary>Reads manifests and lays out bundles. Both are immutable, so the ones in demand are kept in memory.</summary>
public sealed class RevisionReader(IBlobStore blobs) : IDisposable
{
    // Counted in manifest entries, of which each takes a few hundred bytes: at most some tens of megabytes in all.
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 150_000 });

    private readonly SingleFlight<Sha256Digest, Manifest> _reads = new();

    /// <summary>The files of a revision.</summary>
    /// <exception cref="BlobNotFoundException">The manifest is not there: the artifact was deleted and collected meanwhile.</exception>
    public async Task<Manifest> GetManifestAsync(Revision revision, CancellationToken cancellationToken = default)
    {
        if (_cache.TryGetValue(revision.Manifest, out Manifest? manifest)) return manifest!;
        return await _reads.RunAsync(revision.Manifest, ReadAsync, Timeout.InfiniteTimeSpan, cancellationToken);

        async Task<Manifest> ReadAsync()
        {
            var read = Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest, CancellationToken.None));
            return _cache.Set(revision.Manifest, read, new MemoryCacheEntryOptions { Size = read.Entries.Count + 1 });
        }
    }

    /// <summary>The bundle of a revision, or of one part of it.</summary>
    /// <exception cref="BlobNotFoundException">The manifest is not there: the artifact was deleted and collected meanwhile.</exception>
    public async Task<BundleLayout> GetBundleAsync(Revision revision, BundlePart part, CancellationToken cancellationToken = default)
    {
        var key = (revision.Manifest, part);
        if (_cache.TryGetValue(key, out BundleLayout? layout)) return layout!;
        layout = BundleLayout.For(await GetManifestAsync(revision, cancellationToken), part);
        return _cache.Set(key, layout, new MemoryCacheEntryOptions { Size = layout.FileCount + 1 });
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
