using Acme.Registry.Artifacts;
using Acme.Registry.Audit;

namespace Acme.Registry.Storage;

/// <summary>Who did what to which artifact; only ever added to.</summary>
public interface IAuditLog
{
    /// <summary>Adds an entry. Entries of one artifact keep the order in which their calls returned.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>The entries of one artifact, oldest first; they outlive the artifact.</summary>
    /// <param name="id">The artifact.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<AuditEntry>> ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>The artifacts that have entries, those included that are gone, in ordinal order of their ids. For copying a registry; no request needs it.</summary>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<ArtifactId>> ListArtifactsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
