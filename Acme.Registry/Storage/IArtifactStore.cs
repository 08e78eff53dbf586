using Acme.Registry.Artifacts;
using Acme.Registry.Search;

namespace Acme.Registry.Storage;

/// <summary>The published artifacts. An artifact that is not in here does not exist for anyone.</summary>
public interface IArtifactStore
{
    /// <summary>The artifact and its version, or nothing.</summary>
    Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default);

    /// <summary>The artifact of this type that has exactly this URL, or nothing.</summary>
    Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes a new artifact (<paramref name="ifVersion"/> 0) or replaces one that is still at that version; returns the new
    /// version. Of several callers with the same version, or with the same type and URL, exactly one succeeds.
    /// </summary>
    /// <param name="artifact">Name, URL and the rest; its id and creation time do not change over its life.</param>
    /// <param name="card">The card's text, searched together with the name (a driver may cut it at 256 KiB of UTF-8); null keeps what is there.</param>
    /// <param name="ifVersion">0, or the version that was read.</param>
    /// <param name="cancellationToken">Cancelling before the write leaves everything as it was.</param>
    /// <exception cref="VersionConflictException">The artifact is not at that version, is gone, or (for 0) its id is taken.</exception>
    /// <exception cref="DuplicateUrlException">Another artifact of the type has the URL.</exception>
    /// <exception cref="EpochChangedException"><see cref="Artifact.Epoch"/> is not the current epoch.</exception>
    /// <exception cref="StorageFullException">No room; nothing was changed.</exception>
    Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Takes the artifact away; false when it was not there. Its id is never given to another; only this artifact may be published under it again.</summary>
    /// <param name="id">The artifact.</param>
    /// <param name="ifVersion">Only if it is at the version that was read; null whatever it is at.</param>
    /// <param name="cancellationToken">Cancelling before the write leaves everything as it was.</param>
    /// <exception cref="VersionConflictException">It is there, and at another version.</exception>
    Task<bool> DeleteAsync(ArtifactId id, long? ifVersion = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The union of the filters, each artifact once, in a stable total order: an artifact that is there throughout is met exactly
    /// once by whoever follows the cursors, whatever comes and goes meanwhile.
    /// </summary>
    /// <param name="filters">At least one.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">Most items on the page, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<Artifact>> ListAsync(
        IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>Artifacts whose name or card the pattern is found in; order, cursor and limit as in <see cref="ListAsync"/>.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    /// <exception cref="SearchTimeoutException">The pattern took longer than its time limit.</exception>
    Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// The artifacts that meet every condition of the query, in its order. An artifact that is there and unchanged throughout is met
    /// exactly once by whoever follows the cursors; one that changes its place in the order meanwhile may be met twice or not at all.
    /// </summary>
    /// <param name="query">The conditions and the order.</param>
    /// <param name="cursor">Of the page before, of the same query; null for the first.</param>
    /// <param name="limit">Most items on the page, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store and this order.</exception>
    /// <exception cref="SearchTimeoutException">It took longer than <see cref="SearchPattern.TimeLimit"/>.</exception>
    Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>How many there are. Counted when artifacts change, not when someone asks.</summary>
    Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken = default);
}

/// <summary>A condition on artifacts.</summary>
/// <param name="Name">Exactly this name, or null for any.</param>
/// <param name="Types">One of these types; empty for any.</param>
public sealed record ArtifactFilter(string? Name, IReadOnlyCollection<ArtifactType> Types)
{
    /// <summary>Every artifact.</summary>
    public static ArtifactFilter Everything { get; } = new(null, []);

    /// <summary>Whether the artifact meets the condition.</summary>
    public bool Matches(Artifact artifact) =>
        (Name is null || Name == artifact.Name) && (Types.Count == 0 || Types.Contains(artifact.Type));
}
