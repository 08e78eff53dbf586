using System.Collections.Concurrent;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Mirroring;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Ingest;

/// <summary>
/// From a snapshot to a published artifact: files into the blob store, facts, rating, verdict, and, last, one write to the catalog.
/// Until that write the artifact does not exist; whatever fails before it leaves only blobs that garbage collection takes.
/// Large files that the source announces by their digest follow later; see <see cref="MirrorQueue"/>.
/// </summary>
public sealed class IngestPipeline(
    ICatalog catalog, IBlobStore blobs, RatingService ratings, MirrorQueue mirroring, IOptions<MirrorOptions> mirrorOptions, TimeProvider time)
{
    // Small files cost one flush to disk each; several at a time share it. More does not help on one disk.
    private const int FilesAtOnce = 8;

    // Up to this size a file is read before it is stored, so that one which the same artifact holds many times costs one flush.
    private const int SmallFileBytes = 64 * 1024;

    /// <summary>Takes the snapshot in and publishes it.</summary>
    /// <exception cref="SourceException">The snapshot's content is not what it announced.</exception>
    /// <exception cref="IngestRejectedException">The policy is enforced and rejects it.</exception>
    /// <exception cref="DuplicateUrlException">The URL is registered already.</exception>
    /// <exception cref="ArtifactGoneException">The artifact to replace is gone.</exception>
    /// <exception cref="EpochChangedException">The registry was reset meanwhile.</exception>
    /// <exception cref="StorageFullException">No room.</exception>
    public async Task<Artifact> PublishAsync(IngestOrder order, Snapshot snapshot, CancellationToken cancellationToken, IngestTracker? tracker = null)
    {
        var manifest = await StoreAsync(snapshot, tracker, cancellationToken);
        tracker?.Enter(IngestStep.Rating);
        var revisionId = manifest.RevisionId();
        var url = order.Url ?? $"urn:acme:{order.Type.Word()}:{Uri.EscapeDataString(order.Name)}:{revisionId}";
        var assessment = await ratings.AssessAsync(new ArtifactSubject(order.Id, order.Type, order.Name, url), manifest, snapshot.Hub, snapshot.Repository, cancellationToken);
        if (assessment.Rating is { Verdict: { Rejects: true } verdict }) throw new IngestRejectedException([.. verdict.Failures.Select(f => f.Explain())]);

        var manifestBlob = await blobs.PutBytesAsync(manifest.Serialize(), cancellationToken);
        var now = time.GetUtcNow();
        var revision = new Revision(revisionId, manifestBlob.Digest, url, now, order.UserName, manifest.TotalSize, manifest.Entries.Count);
        var artifact = new Artifact
        {
            Id = order.Id,
            Type = order.Type,
            Name = order.Name,
            Url = url,
            CreatedAt = now,
            CreatedBy = order.UserName,
            Epoch = order.Epoch,
            Revisions = [revision],
            License = assessment.License,
            Parents = assessment.Parents,
            LineageProblem = assessment.LineageProblem,
            Rating = assessment.Reference,
        };
        tracker?.Enter(IngestStep.Publishing);
        var mirrorOrder = new MirrorOrder { Artifact = order.Id, Revision = revisionId, Epoch = order.Epoch, UserName = order.UserName, IsAdmin = order.IsAdmin };
        using var pending = await mirroring.PrepareAsync(mirrorOrder, manifest);
        var published = order.Replaces
            ? await ReplaceAsync(order, artifact, assessment.Card ?? "", cancellationToken)
            : await AddAsync(order, artifact, assessment.Card ?? "", cancellationToken);
        pending.Published();
        tracker?.Enter(IngestStep.Published);
        return published;
    }

    /// <summary>Rates what the snapshot holds without registering anything; what was stored for it, garbage collection takes.</summary>
    /// <exception cref="SourceException">The snapshot's content is not what it announced.</exception>
    /// <exception cref="StorageFullException">No room.</exception>
    public async Task<Rating> PreviewAsync(ArtifactSubject subject, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var manifest = await StoreAsync(snapshot, null, cancellationToken);
        return await ratings.PreviewAsync(subject, manifest, snapshot.Hub, snapshot.Repository, cancellationToken);
    }

    private async Task<Manifest> StoreAsync(Snapshot snapshot, IngestTracker? tracker, CancellationToken cancellationToken)
    {
        var now = snapshot.Files.Where(f => !IsLater(f)).ToList();
        tracker?.Expect(now.Count, now.Sum(f => f.Size));
        var entries = new ConcurrentBag<ManifestEntry>();
        var stored = new ConcurrentDictionary<Sha256Digest, bool>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(snapshot.Files, parallel, async (file, ct) =>
        {
            if (file.Remote is { } remote && IsLater(file))
            {
                if (remote.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
                    throw new SourceException($"The file '{file.Path}' is said to be at a URL that cannot be kept: it must be http or https, without user name and password.");
                entries.Add(new(file.Path, file.Size, remote.Digest, null, remote.Url));
                return;
            }
            await using var content = await file.OpenAsync(ct);
            await using var measured = new Crc32Stream(content, tracker is null ? null : read => tracker.Received(read));
            var (digest, size) = file.Size <= SmallFileBytes ? await PutOnceAsync(measured, (int)file.Size, stored, ct) : await PutAsync(measured, ct);
            if (size != file.Size) throw new SourceException($"The file '{file.Path}' was announced with {file.Size} bytes but has {size}.");
            if (file.Remote is { } announced && announced.Digest != digest)
                throw new SourceException($"The file '{file.Path}' was announced with the SHA-256 {announced.Digest} but its content has {digest}.");
            entries.Add(new(file.Path, size, digest, measured.Crc32));
            tracker?.Stored();
        });
        return new(entries);
    }

    private bool IsLater(SnapshotFile file) => file.Remote is not null && file.Size > mirrorOptions.Value.InlineUpTo;

    private async Task<(Sha256Digest Digest, long Size)> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var blob = await blobs.PutAsync(content, null, cancellationToken);
        return (blob.Digest, blob.Size);
    }

    private async Task<(Sha256Digest Digest, long Size)> PutOnceAsync(
        Stream content, int announced, ConcurrentDictionary<Sha256Digest, bool> stored, CancellationToken cancellationToken)
    {
        // One byte more, to notice content that goes on beyond what was announced.
        var buffer = new byte[announced + 1];
        var size = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var bytes = buffer.AsMemory(0, size);
        var digest = Sha256Digest.Of(bytes.Span);
        if (!stored.ContainsKey(digest))
        {
            await blobs.PutBytesAsync(bytes, cancellationToken);
            stored[digest] = true;
        }
        return (digest, size);
    }

    private async Task<Artifact> AddAsync(IngestOrder order, Artifact artifact, string card, CancellationToken cancellationToken)
    {
        // The trail comes first: an entry of an artifact that then fails to appear can be read by nobody, a missing one would be a lie.
        await catalog.Audit.AppendAsync(order.Entry(AuditAction.Create, artifact.CreatedAt), cancellationToken);
        await catalog.Artifacts.SaveAsync(artifact, card, 0, cancellationToken);
        return artifact;
    }

    private async Task<Artifact> ReplaceAsync(IngestOrder order, Artifact contents, string card, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await catalog.Artifacts.FindAsync(order.Id, cancellationToken) ?? throw new ArtifactGoneException(order.Id);
            var isSame = found.Item.Head.Id == contents.Head.Id && found.Item.Url == contents.Url;
            if (isSame && !await HasFailedFilesAsync(found.Item.Head, cancellationToken)) return found.Item;
            if (!isSame) found.Item.RequireRoomForRevision();

            var replaced = contents with
            {
                CreatedAt = found.Item.CreatedAt,
                CreatedBy = found.Item.CreatedBy,
                // The same contents again: another chance for the files whose mirroring has failed.
                Revisions = [.. isSame ? found.Item.Revisions.SkipLast(1) : found.Item.RevisionsToKeep(), contents.Head],
            };
            try
            {
                await catalog.Artifacts.SaveAsync(replaced, card, found.Version, cancellationToken);
            }
            catch (VersionConflictException)
            {
                // A late rating or another replacement came first, or the artifact was deleted: look again.
                continue;
            }
            await catalog.Audit.AppendAsync(order.Entry(AuditAction.Update, contents.CreatedAt), cancellationToken);
            return replaced;
        }
    }

    private async Task<bool> HasFailedFilesAsync(Revision revision, CancellationToken cancellationToken) =>
        Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest, cancellationToken)).Entries.Any(e => e.Problem is not null);
}

internal static class IngestOrders
{
    /// <exception cref="InvalidOrderException">The artifact has as many revisions as one may have.</exception>
    public static void RequireRoomForRevision(this Artifact artifact)
    {
        if (artifact.Revisions.Count >= Artifact.MaxRevisions)
            throw new InvalidOrderException($"The artifact has {Artifact.MaxRevisions} revisions, which is the most one artifact keeps. Register its next state as a new artifact.");
    }

    public static AuditEntry Entry(this IngestOrder order, AuditAction action, DateTimeOffset at) => new()
    {
        ArtifactId = order.Id,
        ArtifactType = order.Type,
        ArtifactName = order.Name,
        Action = action,
        UserName = order.UserName,
        IsAdmin = order.IsAdmin,
        At = at,
        Address = order.Address,
    };
}
