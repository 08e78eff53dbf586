using Acme.Registry.Artifacts;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Deletion;

/// <summary>
/// Deletes artifacts so that they can be brought back for a time: what is kept is written first. Should the process die in between, the entry is one of an
/// artifact that is there; nobody is shown it, and it goes when its time is over.
/// </summary>
public sealed class ArtifactDeleter(ICatalog catalog, IOptions<MaintenanceOptions> options, TimeProvider time)
{
    /// <summary>How long what is deleted can be restored; nothing where nothing is kept.</summary>
    public TimeSpan? KeptFor => options.Value.KeepDeletedFor is { Ticks: > 0 } keepFor ? keepFor : null;

    /// <summary>Deletes; returns what was deleted, or nothing when it was not there.</summary>
    /// <param name="id">The artifact.</param>
    /// <param name="userName">Who deletes it.</param>
    /// <param name="keep">False when nobody is to bring it back. What an earlier deletion of it has kept stays for its time all the same.</param>
    /// <param name="cancellationToken">Cancelling before the last write leaves it there.</param>
    public async Task<Artifact?> DeleteAsync(ArtifactId id, string userName, bool keep, CancellationToken cancellationToken)
    {
        while (await catalog.Artifacts.FindAsync(id, cancellationToken) is { } found)
        {
            try
            {
                if (keep && KeptFor is not null) await KeepAsync(found.Item, userName, cancellationToken);
                // Only what is kept: a replacement or a late rating may have come in between.
                return await catalog.Artifacts.DeleteAsync(id, found.Version, cancellationToken) ? found.Item : null;
            }
            catch (Exception e) when (e is VersionConflictException or EpochChangedException)
            {
                // Look again; after a reset it is gone.
            }
        }
        return null;
    }

    private async Task KeepAsync(Artifact artifact, string userName, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Whatever the clocks of two instances say, a later deletion has a later time: garbage collection walks by it.
        if (await catalog.Deleted.FindAsync(artifact.Id, cancellationToken) is { } earlier && earlier.DeletedAt >= now) now = earlier.DeletedAt.AddTicks(1);
        await catalog.Deleted.SaveAsync(new(artifact, now, userName), cancellationToken);
    }
}
