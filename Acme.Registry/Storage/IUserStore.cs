using Acme.Registry.Access;

namespace Acme.Registry.Storage;

/// <summary>The users, by name (exact, case-sensitive).</summary>
public interface IUserStore
{
    /// <summary>The user and its version, or nothing.</summary>
    Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Adds a user (<paramref name="ifVersion"/> 0) or replaces one that is still at that version; returns the new version.</summary>
    /// <exception cref="VersionConflictException">Not at that version, gone, or (for 0) there already.</exception>
    Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Takes the user away, and with it every token of that user; false when there was none.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Users in ordinal order of their names.</summary>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
