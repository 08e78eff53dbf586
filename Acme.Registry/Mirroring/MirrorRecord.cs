using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Storage;

namespace Acme.Registry.Mirroring;

/// <summary>What became of a content.</summary>
/// <param name="Crc32">Its CRC-32, when it has arrived.</param>
/// <param name="Problem">Why it never will, when that is so.</param>
internal readonly record struct MirrorOutcome(uint? Crc32, string? Problem);

/// <summary>
/// Writes into a revision's manifest what became of its remote files. The revision keeps its id, which names contents and not where they are.
/// </summary>
internal sealed class MirrorRecord(ICatalog catalog, IBlobStore blobs, TimeProvider time)
{
    /// <summary>The revision of the order and its files; nothing when the artifact, or this revision of it, is gone.</summary>
    /// <exception cref="BlobNotFoundException">The manifest is not there: the artifact was deleted and collected at this moment.</exception>
    public async Task<(Versioned<Artifact> Artifact, Revision Revision, Manifest Manifest)?> ReadAsync(MirrorOrder order, CancellationToken cancellationToken)
    {
        if (await catalog.Artifacts.FindAsync(order.Artifact, cancellationToken) is not { } found) return null;
        if (await catalog.GetEpochAsync(cancellationToken) != order.Epoch) return null;
        if (found.Item.Revisions.LastOrDefault(r => r.Id == order.Revision) is not { } revision) return null;
        return (found, revision, Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest, cancellationToken)));
    }

    /// <summary>
    /// Notes the outcomes, unless the revision is gone, and puts it on the trail when with them nothing is left to fetch or something
    /// has failed for good.
    /// </summary>
    /// <exception cref="StorageFullException">No room; nothing was changed.</exception>
    public async Task NoteAsync(MirrorOrder order, IReadOnlyDictionary<Sha256Digest, MirrorOutcome> outcomes, CancellationToken cancellationToken)
    {
        while (await ReadAsync(order, cancellationToken) is var (artifact, revision, manifest))
        {
            var after = new Manifest(manifest.Entries.Select(e => e.Remote is not null && outcomes.TryGetValue(e.Digest, out var outcome) ? After(e, outcome) : e));
            if (after.Entries.SequenceEqual(manifest.Entries)) return;

            // Put anew before each attempt to refer to it: see the rule of garbage collection.
            var blob = await blobs.PutBytesAsync(after.Serialize(), cancellationToken);
            var changed = artifact.Item with { Revisions = [.. artifact.Item.Revisions.Select(r => r.Id == revision.Id ? r with { Manifest = blob.Digest } : r)] };
            try
            {
                await catalog.Artifacts.SaveAsync(changed, card: null, artifact.Version, cancellationToken);
            }
            catch (VersionConflictException)
            {
                continue;
            }
            catch (EpochChangedException)
            {
                return;
            }
            if (after.Entries.All(e => e.Remote is null || e.Problem is not null) || outcomes.Values.Any(o => o.Problem is not null))
                await catalog.Audit.AppendAsync(Entry(order, changed), cancellationToken);
            return;
        }
    }

    private static ManifestEntry After(ManifestEntry entry, MirrorOutcome outcome) => outcome.Problem is null
        ? entry with { Crc32 = outcome.Crc32, Remote = null, Problem = null }
        : entry with { Problem = outcome.Problem };

    private AuditEntry Entry(MirrorOrder order, Artifact artifact) => new()
    {
        ArtifactId = artifact.Id,
        ArtifactType = artifact.Type,
        ArtifactName = artifact.Name,
        Action = AuditAction.Update,
        UserName = order.UserName,
        IsAdmin = order.IsAdmin,
        At = time.GetUtcNow(),
    };
}
