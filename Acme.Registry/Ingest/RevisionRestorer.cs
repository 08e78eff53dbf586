using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Mirroring;
using Acme.Registry.Scoring;
using Acme.Registry.Storage;

namespace Acme.Registry.Ingest;

/// <summary>
/// Makes earlier contents of an artifact its current ones again. As replacing them does, it adds a revision: those that were current meanwhile stay, so that
/// restoring can be undone in the same way. No file is read from anywhere; garbage collection keeps the files of every revision.
/// </summary>
public sealed class RevisionRestorer(ICatalog catalog, IBlobStore blobs, RatingService ratings, MirrorQueue mirroring, TimeProvider time)
{
    /// <summary>Restores; where the revision is current already, nothing happens.</summary>
    /// <param name="order">Which artifact, and for whom.</param>
    /// <param name="revisionId">See <see cref="Revision.Id"/>.</param>
    /// <param name="cancellationToken">Cancelling before the last write leaves everything as it was.</param>
    /// <exception cref="ArtifactGoneException">There is no such artifact.</exception>
    /// <exception cref="NoSuchRevisionException">It has never had the revision.</exception>
    /// <exception cref="RevisionIncompleteException">A file of it has been lost.</exception>
    /// <exception cref="IngestRejectedException">The policy is enforced and rejects these contents.</exception>
    /// <exception cref="DuplicateUrlException">Another artifact has been registered from the URL of these contents meanwhile.</exception>
    /// <exception cref="InvalidOrderException">It has as many revisions as one may have.</exception>
    /// <exception cref="EpochChangedException">The registry was reset meanwhile.</exception>
    /// <exception cref="StorageFullException">No room.</exception>
    public async Task<Artifact> RestoreAsync(IngestOrder order, string revisionId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await catalog.Artifacts.FindAsync(order.Id, cancellationToken) ?? throw new ArtifactGoneException(order.Id);
            var revision = found.Item.Revisions.LastOrDefault(r => r.Id == revisionId) ?? throw new NoSuchRevisionException(found.Item);
            if (revision == found.Item.Head) return found.Item;
            found.Item.RequireRoomForRevision();

            var (manifestBlob, manifest) = await ReadAsync(revision, cancellationToken);
            var assessment = await AssessAsync(found.Item, revision, manifest, cancellationToken);
            if (assessment.Rating is { Verdict: { Rejects: true } verdict }) throw new IngestRejectedException([.. verdict.Failures.Select(f => f.Explain())]);

            var now = time.GetUtcNow();
            var head = revision with { Manifest = manifestBlob, CreatedAt = now, CreatedBy = order.UserName, License = null, Rating = null };
            var restored = found.Item with
            {
                Url = revision.Url,
                Revisions = [.. found.Item.RevisionsToKeep(), head],
                License = assessment.License,
                Parents = assessment.Parents,
                LineageProblem = assessment.LineageProblem,
                Rating = assessment.Reference,
            };
            var mirrorOrder = new MirrorOrder { Artifact = order.Id, Revision = revisionId, Epoch = order.Epoch, UserName = order.UserName, IsAdmin = order.IsAdmin };
            using var pending = await mirroring.PrepareAsync(mirrorOrder, manifest);
            try
            {
                await catalog.Artifacts.SaveAsync(restored, assessment.Card ?? "", found.Version, cancellationToken);
            }
            catch (VersionConflictException)
            {
                // A late rating or another replacement came first, or the artifact was deleted: look again.
                continue;
            }
            pending.Published();
            await catalog.Audit.AppendAsync(order.Entry(AuditAction.Update, now), cancellationToken);
            return restored;
        }
    }

    /// <summary>The files, after a look whether they are here. Those whose mirroring has failed get another chance.</summary>
    private async Task<(Sha256Digest Blob, Manifest Manifest)> ReadAsync(Revision revision, CancellationToken cancellationToken)
    {
        var manifest = await blobs.ReadWholeAsync(revision, cancellationToken);
        if (manifest.Entries.All(e => e.Problem is null)) return (revision.Manifest, manifest);
        manifest = new(manifest.Entries.Select(e => e with { Problem = null }));
        return ((await blobs.PutBytesAsync(manifest.Serialize(), cancellationToken)).Digest, manifest);
    }

    private async Task<Assessment> AssessAsync(Artifact artifact, Revision revision, Manifest manifest, CancellationToken cancellationToken)
    {
        if (revision.Rating is { } document)
        {
            try
            {
                return await ratings.AssessAgainAsync(artifact.Id, document, cancellationToken);
            }
            catch (BlobNotFoundException)
            {
                // Then from the files, as if it had never been rated.
            }
        }
        // What a hub told of these contents is not known any more, and what it tells now is of other contents.
        var assessment = await ratings.AssessAsync(new(artifact.Id, artifact.Type, artifact.Name, revision.Url), manifest, cancellationToken: cancellationToken);
        return assessment with { License = assessment.License ?? revision.License };
    }
}
