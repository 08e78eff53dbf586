using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;

namespace Acme.Registry.Maintenance;

/// <summary>
/// Copies a registry from one pair of drivers to another: users, artifacts with all their revisions and ratings, deleted ones that are kept, audit trails. Every
/// content is held to its digest. What is there already is passed over, so a copy that was cut off goes on where it was, and one
/// that is run again brings what has come since.
/// </summary>
/// <remarks>
/// Tokens are not copied, everybody signs in again; neither are jobs: files that are not here yet are fetched when they are first downloaded. An
/// artifact is published in the target after its contents, so that what is listed there is whole.
/// </remarks>
public sealed class RegistryCopy(ICatalog from, IBlobStore fromBlobs, ICatalog to, IBlobStore toBlobs, TimeProvider time)
{
    private const int PageSize = 200;
    private const int BlobsAtOnce = 4;

    private readonly FactCollector _facts = new(toBlobs, time);
    private long _artifacts;
    private long _bytes;

    /// <summary>Copies everything.</summary>
    /// <param name="progress">Told now and then, from any thread.</param>
    /// <param name="cancellationToken">Ends the copy; what was copied stays.</param>
    /// <exception cref="StorageFullException">No room in the target.</exception>
    public async Task<CopyReport> RunAsync(IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await to.PrepareAsync(cancellationToken);
        var epoch = await to.GetEpochAsync(cancellationToken);
        var total = await TotalAsync(cancellationToken);
        var failures = new List<string>();

        var users = 0;
        await foreach (var user in ReadAsync((cursor, ct) => from.Users.ListAsync(cursor, PageSize, ct), cancellationToken))
        {
            users++;
            var present = await to.Users.FindAsync(user.Name, cancellationToken);
            if (present?.Item != user) await to.Users.SaveAsync(user, present?.Version ?? 0, cancellationToken);
        }

        await foreach (var artifact in ReadAsync((cursor, ct) => from.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, PageSize, ct), cancellationToken))
        {
            await TryAsync(artifact, () => CopyAsync(artifact, epoch, size =>
            {
                Interlocked.Add(ref _bytes, size);
                progress?.Report(new(_artifacts, total.Artifacts, Interlocked.Read(ref _bytes), total.Bytes));
            }, cancellationToken));
            _artifacts++;
            progress?.Report(new(_artifacts, total.Artifacts, _bytes, total.Bytes));
        }
        var copied = _artifacts - failures.Count;

        var deleted = 0;
        await foreach (var entry in ReadAsync((cursor, ct) => from.Deleted.ListAsync(DeletionOrder.Oldest, cursor, PageSize, ct), cancellationToken))
        {
            if (await TryAsync(entry.Artifact, () => CopyAsync(entry, epoch, cancellationToken))) deleted++;
        }

        var entries = 0L;
        await foreach (var id in ReadAsync((cursor, ct) => from.Audit.ListArtifactsAsync(cursor, PageSize, ct), cancellationToken)) entries += await CopyTrailAsync(id, cancellationToken);
        return new(users, copied, _bytes, deleted, entries, failures);

        async Task<bool> TryAsync(Artifact artifact, Func<Task> copy)
        {
            try
            {
                await copy();
                return true;
            }
            catch (Exception e) when (e is DigestMismatchException or BlobNotFoundException or InvalidDataException or DuplicateUrlException)
            {
                failures.Add($"{artifact.Type.Word()} {artifact.Id} '{artifact.Name}': {e.Message}");
                return false;
            }
        }
    }

    private async Task<(long Artifacts, long Bytes)> TotalAsync(CancellationToken cancellationToken)
    {
        var (artifacts, bytes) = (0L, 0L);
        await foreach (var artifact in ReadAsync((cursor, ct) => from.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, PageSize, ct), cancellationToken))
        {
            artifacts++;
            bytes += artifact.Revisions.Sum(r => r.TotalSize);
        }
        return (artifacts, bytes);
    }

    private async Task CopyAsync(Artifact artifact, long epoch, Action<long> copied, CancellationToken cancellationToken)
    {
        var head = await CopyContentsAsync(artifact, copied, cancellationToken);
        var moved = artifact with { Epoch = epoch };
        var present = await to.Artifacts.FindAsync(artifact.Id, cancellationToken);
        if (present is not null && IsSame(present.Item, moved)) return;
        var subject = new ArtifactSubject(artifact.Id, artifact.Type, artifact.Name, artifact.Url);
        // The card is not read back from a catalog, which only searches in it.
        var card = (await _facts.CollectAsync(subject, head, cancellationToken)).Card?.Text;
        await to.Artifacts.SaveAsync(moved, card ?? "", present?.Version ?? 0, cancellationToken);
    }

    private async Task CopyAsync(DeletedArtifact entry, long epoch, CancellationToken cancellationToken)
    {
        if ((await to.Deleted.FindAsync(entry.Id, cancellationToken))?.DeletedAt == entry.DeletedAt) return;
        await CopyContentsAsync(entry.Artifact, _ => { }, cancellationToken);
        await to.Deleted.SaveAsync(entry with { Artifact = entry.Artifact with { Epoch = epoch } }, cancellationToken);
    }

    /// <summary>Copies the blobs; returns the current files.</summary>
    private async Task<Manifest> CopyContentsAsync(Artifact artifact, Action<long> copied, CancellationToken cancellationToken)
    {
        Manifest? head = null;
        foreach (var revision in artifact.Revisions)
        {
            head = Manifest.Deserialize(await fromBlobs.ReadAllBytesAsync(revision.Manifest, cancellationToken));
            var here = head.Entries.Where(e => e.Remote is null).DistinctBy(e => e.Digest);
            await Parallel.ForEachAsync(here, new ParallelOptions { MaxDegreeOfParallelism = BlobsAtOnce, CancellationToken = cancellationToken }, async (file, ct) =>
            {
                await CopyAsync(file.Digest, ct);
                copied(file.Size);
            });
        }
        foreach (var digest in artifact.DirectBlobs()) await CopyAsync(digest, cancellationToken);
        return head!;
    }

    private async Task CopyAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        // What is there was held to its digest when it was put.
        if (await toBlobs.FindAsync(digest, cancellationToken) is not null) return;
        var blob = await fromBlobs.FindAsync(digest, cancellationToken) ?? throw new BlobNotFoundException(digest);
        var pipe = new Pipe();
        var reading = ReadAsync(blob, pipe.Writer, cancellationToken);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await toBlobs.PutAsync(content, digest, cancellationToken);
        }
        finally
        {
            await reading;
        }
    }

    /// <summary>Never throws: what goes wrong ends the pipe, and surfaces where it is read.</summary>
    private async Task ReadAsync(BlobInfo blob, PipeWriter destination, CancellationToken cancellationToken)
    {
        try
        {
            await fromBlobs.CopyToAsync(blob.Digest, 0, blob.Size, destination, cancellationToken);
            await destination.CompleteAsync();
        }
        catch (Exception e)
        {
            await destination.CompleteAsync(e);
        }
    }

    private async Task<long> CopyTrailAsync(ArtifactId id, CancellationToken cancellationToken)
    {
        // Trails only grow, so what is there is the beginning.
        var known = 0L;
        await foreach (var _ in ReadAsync((cursor, ct) => to.Audit.ListAsync(id, cursor, PageSize, ct), cancellationToken)) known++;
        var seen = 0L;
        await foreach (var entry in ReadAsync((cursor, ct) => from.Audit.ListAsync(id, cursor, PageSize, ct), cancellationToken))
        {
            if (++seen > known) await to.Audit.AppendAsync(entry, cancellationToken);
        }
        return seen;
    }

    private static bool IsSame(Artifact one, Artifact other) =>
        one.Revisions.SequenceEqual(other.Revisions) && one.Parents.SequenceEqual(other.Parents)
        && one with { Revisions = other.Revisions, Parents = other.Parents } == other;

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<string?, CancellationToken, Task<Page<T>>> read, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await read(cursor, cancellationToken);
            foreach (var item in page.Items) yield return item;
            cursor = page.Next;
        }
        while (cursor is not null);
    }
}

/// <summary>How far a copy has come.</summary>
/// <param name="Artifacts">Artifacts done.</param>
/// <param name="ArtifactsInAll">Artifacts there are.</param>
/// <param name="Bytes">Bytes of files done, those included that were there already.</param>
/// <param name="BytesInAll">Bytes of files of all revisions, those included that revisions share.</param>
public sealed record CopyProgress(long Artifacts, long ArtifactsInAll, long Bytes, long BytesInAll);

/// <summary>What a copy has done.</summary>
/// <param name="Users">Users in the target now.</param>
/// <param name="Artifacts">Artifacts in the target now.</param>
/// <param name="Bytes">Bytes of their files.</param>
/// <param name="Deleted">Deleted artifacts that can be restored in the target now.</param>
/// <param name="AuditEntries">Entries of the trails.</param>
/// <param name="Failures">Artifacts that could not be copied, deleted ones included, each with the reason.</param>
public sealed record CopyReport(int Users, long Artifacts, long Bytes, int Deleted, long AuditEntries, IReadOnlyList<string> Failures);
