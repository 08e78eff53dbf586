using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Ingest;

/// <summary>Reads what a revision consists of before it is made current again.</summary>
internal static class RevisionFiles
{
    private const int LooksAtOnce = 8;

    /// <summary>The files of a revision, after a look whether those that should be here are.</summary>
    /// <exception cref="RevisionIncompleteException">One of them has been lost.</exception>
    public static async Task<Manifest> ReadWholeAsync(this IBlobStore blobs, Revision revision, CancellationToken cancellationToken)
    {
        var manifest = Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest, cancellationToken));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(manifest.Entries.Where(e => e.Remote is null).DistinctBy(e => e.Digest), parallel, async (entry, ct) =>
        {
            if (await blobs.FindAsync(entry.Digest, ct) is null) throw new RevisionIncompleteException(entry.Path);
        });
        return manifest;
    }
}
