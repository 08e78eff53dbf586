using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Maintenance;

/// <summary>
/// Deletes the blobs that no artifact refers to, neither one that is there nor one that can be brought back: marks what the catalog refers to, then sweeps what
/// is neither marked nor new. Ends the time of deleted artifacts. Has the catalog take away what dead changes left in itself, where it can have such.
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
/// <para>
/// What can be brought back is kept without a gap. <see cref="Deletion.ArtifactDeleter"/> writes the entry with the record before it deletes the record, and deletes it only
/// if it is still that one; <see cref="Deletion.ArtifactRestorer"/> publishes the record again and leaves the entry. So whenever the artifact is not there, its entry is,
/// from before it was deleted until its time is over. Entries are removed only by the first look at them, an hour after their time: no restoring from them
/// is still under way. Now let an artifact be published before the marking begins, be deleted, restored, deleted again at any time, and be there or able to be brought
/// back at the sweep. Was its record there throughout the listing of the artifacts, it is marked there. Was it not at some moment of it, its entry was at that
/// moment, made either before the first look began or after. If before, it stayed, or was followed by that of a later deletion; the first look, from the oldest on, meets
/// the one or the other and marks it. If after, it is not over during this run, was not removed by another, and is there, or a later one is, when the second look
/// begins behind the listing: that marks it. A deletion never names an earlier time than the one before it, so that a later entry is always further on.
/// Only a run that takes longer than the time for which deleted artifacts are kept, beside a second one, could miss an entry.
/// An artifact that is first published during the run is spared by the rule above, deleted or not.
/// </para>
/// A manifest that cannot be read ends the run before anything is deleted: what it refers to is unknown. That of a deleted artifact does not, unless the store failed: restoring
/// refuses without it, and deleting must remain the way out of a manifest that is lost.
/// </remarks>
public sealed class GarbageCollector(
    ICatalog catalog, IBlobStore blobs, TimeProvider time, ILogger<GarbageCollector> logger, ICatalogLeftovers? leftovers = null)
{
    private const int PageSize = 500;

    // A deletion in S3 is some requests, one after the other.
    private const int DeletionsAtOnce = 8;

    // More than what restoring takes from its last look at the clock to its write, and what the clocks of two instances differ by.
    private static readonly TimeSpan DeletedMargin = TimeSpan.FromHours(1);

    /// <summary>Runs once. At most one run should be under way at a time, though two do no harm.</summary>
    /// <param name="grace">Longer than any work takes from its first put to its publishing write.</param>
    /// <param name="keepDeletedFor">See <see cref="MaintenanceOptions.KeepDeletedFor"/>.</param>
    /// <param name="cancellationToken">Ends the run; what was deleted by then was garbage.</param>
    /// <exception cref="InvalidDataException">A manifest is missing or damaged; no blob was deleted.</exception>
    public async Task<GarbageCollection> CollectAsync(TimeSpan grace, TimeSpan keepDeletedFor, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(keepDeletedFor, TimeSpan.Zero);
        var now = time.GetUtcNow();
        var spareSince = now - grace;
        var unfinished = leftovers is null ? 0 : await leftovers.CollectAsync(spareSince, cancellationToken);
        var marked = new MarkedBlobs(blobs);
        var removed = await MarkDeletedAsync(marked, now - keepDeletedFor - DeletedMargin, cancellationToken);
        await MarkArtifactsAsync(marked, cancellationToken);
        await MarkDeletedAsync(marked, null, cancellationToken);
        var result = await SweepAsync(marked, spareSince, cancellationToken) with { UnfinishedChanges = unfinished, DeletedForGood = removed };
        logger.LogInformation(
            "Garbage collection kept {Kept} blobs and deleted {Deleted} ({BytesFreed} bytes), what {UnfinishedChanges} changes to the catalog had left, and the records of {DeletedForGood} deleted artifacts",
            result.Kept, result.Deleted, result.BytesFreed, unfinished, removed);
        return result;
    }

    private async Task MarkArtifactsAsync(MarkedBlobs marked, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, PageSize, cancellationToken);
            foreach (var artifact in page.Items) await marked.AddAsync(artifact, cancellationToken);
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>Marks what can be brought back; removes before that what was deleted before a time. Returns how many were removed.</summary>
    private async Task<int> MarkDeletedAsync(MarkedBlobs marked, DateTimeOffset? removeBefore, CancellationToken cancellationToken)
    {
        var removed = 0;
        string? cursor = null;
        do
        {
            var page = await catalog.Deleted.ListAsync(DeletionOrder.Oldest, cursor, PageSize, cancellationToken);
            foreach (var entry in page.Items)
            {
                if (!(entry.DeletedAt < removeBefore)) await MarkAsync(entry);
                // Otherwise it has been deleted again meanwhile, and that entry is further on.
                else if (await catalog.Deleted.RemoveAsync(entry.Id, entry.DeletedAt, cancellationToken)) removed++;
            }
            cursor = page.Next;
        }
        while (cursor is not null);
        return removed;

        async Task MarkAsync(DeletedArtifact entry)
        {
            try
            {
                await marked.AddAsync(entry.Artifact, cancellationToken);
            }
            catch (InvalidDataException e) when (e.InnerException is not IOException)
            {
                // Nobody can have it back, and nothing else rests on it.
                logger.LogWarning(e, "The deleted artifact {Artifact} cannot be restored as a whole any more", entry.Id);
            }
        }
    }

    private async Task<GarbageCollection> SweepAsync(MarkedBlobs marked, DateTimeOffset spareSince, CancellationToken cancellationToken)
    {
        long kept = 0, deleted = 0, bytesFreed = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = DeletionsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blobs.ListAsync(cancellationToken), parallel, async (blob, ct) =>
        {
            if (!marked.Contains(blob.Digest) && blob.PutAt < spareSince && await blobs.DeleteAsync(blob.Digest, spareSince, ct))
            {
                Interlocked.Increment(ref deleted);
                Interlocked.Add(ref bytesFreed, blob.Size);
            }
            else
            {
                Interlocked.Increment(ref kept);
            }
        });
        return new(kept, deleted, bytesFreed);
    }
}

/// <summary>What a garbage collection came to.</summary>
/// <param name="Kept">Blobs that are referred to or were put lately.</param>
/// <param name="Deleted">Blobs that were deleted.</param>
/// <param name="BytesFreed">Sum of their sizes.</param>
/// <param name="UnfinishedChanges">Changes to the catalog that had not come to their end, whose leftovers were taken away.</param>
/// <param name="DeletedForGood">Deleted artifacts that cannot be brought back any more.</param>
public sealed record GarbageCollection(long Kept, long Deleted, long BytesFreed, int UnfinishedChanges = 0, int DeletedForGood = 0);
