using Acme.Registry.Access;

namespace Acme.Registry.Storage;

/// <summary>Access tokens, known only by the hash of their text.</summary>
public interface ITokenStore
{
    /// <summary>Keeps a new token.</summary>
    Task AddAsync(Token token, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes calls off the token, if it has any left and has not expired: as many as are asked for, or as are left. Exact under concurrency: a token of
    /// n calls is granted n. The count may forget the last second before a power cut (not a crash of the process).
    /// </summary>
    /// <param name="hash">Which token.</param>
    /// <param name="now">An expiry at or before it makes the token void (UTC).</param>
    /// <param name="calls">At least 0. With 0 nothing is taken off, and the answer tells whether a call would be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls = 1, CancellationToken cancellationToken = default);

    /// <summary>Takes the token away; false when it was not there.</summary>
    Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken = default);

    /// <summary>Takes away what had expired before the time; returns how many.</summary>
    Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>All tokens, those included that have expired and are not taken away yet, in ordinal order of their hashes.</summary>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
