using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Weights;

/// <summary>A file of which small ranges can be read without reading the rest.</summary>
/// <param name="Path">Relative path inside the artifact.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ReadAsync">Reads a range (offset, length) that lies inside the file.</param>
public sealed record ReadableFile(string Path, long Size, Func<long, int, CancellationToken, Task<byte[]>> ReadAsync)
{
    /// <summary>A file of a revision, in the blob store.</summary>
    public static ReadableFile Of(ManifestEntry entry, IBlobStore blobs) =>
        new(entry.Path, entry.Size, (offset, length, cancellationToken) => blobs.ReadBytesAsync(entry.Digest, offset, length, cancellationToken));

    /// <summary>The first bytes: as many as asked for, or all there are.</summary>
    public Task<byte[]> ReadHeadAsync(int most, CancellationToken cancellationToken) => ReadAsync(0, (int)Math.Min(most, Size), cancellationToken);
}
