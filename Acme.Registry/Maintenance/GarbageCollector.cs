using System.Security.Cryptography;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Maintenance;

/// <summary>
/// Deletes the blobs that no artifact refers to: marks what the catalog refers to, then sweeps what is neither marked nor new. Has the catalog take away
/// what dead changes left in itself, where it can have such.
/// </summary>
/// <remarks>
/// Nothing that is referred to is deleted, also when artifacts are published during the run, provided that every publisher keeps one
/// rule: each blob that it refers to it puts itself, less than the grace time before the publishing write takes effect, whether the
/// blob is there already or not (putting renews its time). For let the run start at S, and an artifact be published at P
/// that refers to a blob last put at Q, with P - Q &lt; grace. The sweep spares what was put at or after S - grace. If Q is
/// before that, then P &lt; Q + grace &lt; S: the artifact was in the catalog before the marking began, and the listing meets
/// whatever is there throughout. So the blob is marked. Marking first is needed, and listing first would not help: a put that comes
/// between the sweep's look at a blob and its deletion is spared by the store itself
/// (<see cref="IBlobStore.DeleteAsync"/> compares the time and deletes in one step).
/// What the record refers to that a conditional write replaces (earlier revisions and their ratings) needs no put: whichever of the two records the listing
/// meets, it marks it.
/// A manifest that cannot be read ends the run before anything is deleted: what it refers to is unknown.
/// </remarks>
public sealed class GarbageCollector(
    ICatalog catalog, IBlobStore blobs, TimeProvider time, ILogger<GarbageCollector> logger, ICatalogLeftovers? leftovers = null)
{
    private const int PageSize = 500;

    /// <summary>Runs once. At most one run should be under way at a time, though two do no harm.</summary>
    /// <param name="grace">Longer than any work takes from its first put to its publishing write.</param>
    /// <param name="cancellationToken">Ends the run; what was deleted by then was garbage.</param>
    /// <exception cref="InvalidDataException">A manifest is missing or damaged; no blob was deleted.</exception>
    public async Task<GarbageCollection> CollectAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        var spareSince = time.GetUtcNow() - grace;
        var unfinished = leftovers is null ? 0 : await leftovers.CollectAsync(spareSince, cancellationToken);
        var marked = await MarkAsync(cancellationToken);
        var result = await SweepAsync(marked, spareSince, cancellationToken) with { UnfinishedChanges = unfinished };
        logger.LogInformation(
            "Garbage collection kept {Kept} blobs and deleted {Deleted} ({BytesFreed} bytes), and what {UnfinishedChanges} changes to the catalog had left",
            result.Kept, result.Deleted, result.BytesFreed, unfinished);
        return result;
    }

    private async Task<DigestSet> MarkAsync(CancellationToken cancellationToken)
    {
        DigestSet marked = new();
        // Not the same as being marked: a file may have, byte for byte, the content of a manifest.
        DigestSet manifestsRead = new();
        string? cursor = null;
        do
        {
            var page = await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, PageSize, cancellationToken);
            foreach (var artifact in page.Items)
            {
                foreach (var digest in artifact.DirectBlobs()) marked.Add(digest);
                foreach (var revision in artifact.Revisions)
                {
                    if (manifestsRead.Add(revision.Manifest)) await MarkFilesAsync(artifact, revision.Manifest, marked, cancellationToken);
                }
            }
            cursor = page.Next;
        }
        while (cursor is not null);
        return marked;
    }

    private async Task MarkFilesAsync(Artifact artifact, Sha256Digest manifest, DigestSet marked, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await blobs.FindAsync(manifest, cancellationToken) ?? throw new BlobNotFoundException(manifest);
            var actual = await BlobStream.ReadAsync(blobs, blob, async content =>
            {
                using var hash = SHA256.Create();
                await using var hashed = new CryptoStream(content.AsStream(), hash, CryptoStreamMode.Read);
                await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(hashed, ArtifactJson.Default.ManifestEntry, cancellationToken))
                {
                    marked.Add((entry ?? throw new JsonException("An entry is null.")).Digest);
                }
                await hashed.CopyToAsync(Stream.Null, cancellationToken);
                return Sha256Digest.FromBytes(hash.Hash);
            }, cancellationToken);
            // A flipped bit may well leave a manifest that can be read, but names another file.
            if (actual != manifest) throw new DigestMismatchException(manifest, actual);
        }
        catch (Exception e) when (e is BlobNotFoundException or DigestMismatchException or JsonException or IOException)
        {
            throw new InvalidDataException(
                $"The manifest {manifest} of the artifact {artifact.Id} ('{artifact.Name}') cannot be read, so that it is unknown which files it refers to. " +
                "Nothing is collected until it is put again, or the artifact is deleted.", e);
        }
    }

    private async Task<GarbageCollection> SweepAsync(DigestSet marked, DateTimeOffset spareSince, CancellationToken cancellationToken)
    {
        long kept = 0, deleted = 0, bytesFreed = 0;
        await foreach (var blob in blobs.ListAsync(cancellationToken))
        {
            if (!marked.Contains(blob.Digest) && blob.PutAt < spareSince && await blobs.DeleteAsync(blob.Digest, spareSince, cancellationToken))
            {
                deleted++;
                bytesFreed += blob.Size;
            }
            else
            {
                kept++;
            }
        }
        return new(kept, deleted, bytesFreed);
    }
}

/// <summary>What a garbage collection came to.</summary>
/// <param name="Kept">Blobs that are referred to or were put lately.</param>
/// <param name="Deleted">Blobs that were deleted.</param>
/// <param name="BytesFreed">Sum of their sizes.</param>
/// <param name="UnfinishedChanges">Changes to the catalog that had not come to their end, whose leftovers were taken away.</param>
public sealed record GarbageCollection(long Kept, long Deleted, long BytesFreed, int UnfinishedChanges = 0);
