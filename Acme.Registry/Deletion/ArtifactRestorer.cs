using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Maintenance;
using Acme.Registry.Mirroring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Deletion;

/// <summary>
/// Brings deleted artifacts back as what they were: the same id, all revisions, the rating and the trail. No file is read from anywhere; garbage collection
/// keeps the files of what can be brought back.
/// </summary>
public sealed class ArtifactRestorer(
    ICatalog catalog, IBlobStore blobs, FactCollector facts, MirrorQueue mirroring, IOptions<MaintenanceOptions> options, TimeProvider time)
{
    private const int LooksAtOnce = 8;

    /// <summary>When the time of a deleted artifact is over (UTC).</summary>
    public DateTimeOffset RestorableUntil(DeletedArtifact entry) => entry.DeletedAt + options.Value.KeepDeletedFor;

    /// <summary>What can be restored, those deleted last first. A page may have fewer than it could; the last one has no cursor.</summary>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public async Task<Page<DeletedArtifact>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await catalog.Deleted.ListAsync(DeletionOrder.Newest, cursor, limit, cancellationToken);
            var inTime = page.Items.TakeWhile(CanRestore).ToList();
            var isThere = new bool[inTime.Count];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, inTime.Count), parallel, async (i, ct) => isThere[i] = await catalog.Artifacts.FindAsync(inTime[i].Id, ct) is not null);
            // Behind the first whose time is over, all are.
            var next = inTime.Count < page.Items.Count ? null : page.Next;
            List<DeletedArtifact> gone = [.. inTime.Where((_, i) => !isThere[i])];
            if (gone.Count > 0 || next is null) return new(gone, next);
            cursor = next;
        }
    }

    /// <summary>Brings an artifact back.</summary>
    /// <param name="id">Which.</param>
    /// <param name="type">Its type.</param>
    /// <param name="userName">For whom.</param>
    /// <param name="isAdmin">Whether that user is an admin.</param>
    /// <param name="cancellationToken">Cancelling before the last write leaves everything as it was.</param>
    /// <exception cref="NotRestorableException">There is no deleted artifact with this id and type, or its time is over.</exception>
    /// <exception cref="ArtifactNotDeletedException">It is there.</exception>
    /// <exception cref="DuplicateUrlException">Another artifact has been registered from its URL meanwhile.</exception>
    /// <exception cref="RevisionIncompleteException">A file of it has been lost.</exception>
    /// <exception cref="StorageFullException">No room.</exception>
    public async Task<Artifact> RestoreAsync(ArtifactId id, ArtifactType type, string userName, bool isAdmin, CancellationToken cancellationToken)
    {
        if (await catalog.Artifacts.FindAsync(id, cancellationToken) is { } there) throw there.Item.Type == type ? new ArtifactNotDeletedException(id) : new NotRestorableException(id);
        if (await catalog.Deleted.FindAsync(id, cancellationToken) is not { } entry || entry.Artifact.Type != type) throw new NotRestorableException(id);
        var artifact = entry.Artifact;
        CheckTime();
        var manifest = await ReadAsync(artifact, cancellationToken);
        var card = (await facts.ReadCardAsync(manifest, cancellationToken))?.Text ?? "";
        var mirrorOrder = new MirrorOrder { Artifact = id, Revision = artifact.Head.Id, Epoch = artifact.Epoch, UserName = userName, IsAdmin = isAdmin };
        using var pending = await mirroring.PrepareAsync(mirrorOrder, manifest);
        // Again: from here to the write garbage collection gives it an hour.
        CheckTime();
        try
        {
            await catalog.Artifacts.SaveAsync(artifact, card, 0, cancellationToken);
        }
        catch (VersionConflictException)
        {
            throw new ArtifactNotDeletedException(id);
        }
        catch (EpochChangedException)
        {
            // A reset takes away what was deleted before it.
            throw new NotRestorableException(id);
        }
        pending.Published();
        return artifact;

        void CheckTime()
        {
            if (!CanRestore(entry)) throw new NotRestorableException(id);
        }
    }

    private bool CanRestore(DeletedArtifact entry) => time.GetUtcNow() < RestorableUntil(entry);

    /// <summary>The current files, after a look whether they are here, and the manifests of all revisions.</summary>
    private async Task<Manifest> ReadAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(artifact.Revisions.DistinctBy(r => r.Manifest), parallel, async (revision, ct) =>
        {
            if (await blobs.FindAsync(revision.Manifest, ct) is null) throw new RevisionIncompleteException($"manifest of {revision.Id}");
        });
        return await blobs.ReadWholeAsync(artifact.Head, cancellationToken);
    }
}
