using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>
/// What is kept of deleted artifacts so that they can be brought back: an entry each, by id. Knows nothing of whether the artifact is there: an entry is made
/// before the artifact is deleted, and stays when it has been brought back.
/// </summary>
public interface IDeletedArtifactStore
{
    /// <summary>Adds an entry, in place of an earlier one of the same id.</summary>
    /// <exception cref="EpochChangedException"><see cref="Artifact.Epoch"/> is not the current epoch.</exception>
    /// <exception cref="StorageFullException">No room; nothing was changed.</exception>
    Task SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken = default);

    /// <summary>The entry of an artifact, or nothing.</summary>
    Task<DeletedArtifact?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// The entries by the time of deletion, equal times by their ids in ordinal order. An entry that is there and unchanged throughout is met exactly once by
    /// whoever follows the cursors. From the oldest on, an artifact that has an entry throughout is met also where the entry of a later deletion takes the
    /// place of an earlier one meanwhile.
    /// </summary>
    /// <param name="order">From which end.</param>
    /// <param name="cursor">Of the page before, in the same order; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<DeletedArtifact>> ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>Takes the entry away if it is still the one of that deletion; false when it is not.</summary>
    Task<bool> RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default);
}

/// <summary>From which end deleted artifacts are listed.</summary>
public enum DeletionOrder
{
    /// <summary>Those deleted last first.</summary>
    Newest,

    /// <summary>Those deleted first first.</summary>
    Oldest,
}
