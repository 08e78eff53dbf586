using Acme.Registry.Access;

namespace Acme.Registry.Storage;

/// <summary>Access tokens, known only by the hash of their text.</summary>
public interface ITokenStore
{
    /// <summary>Keeps a new token.</summary>
    Task AddAsync(Token token, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes one call off the token, if it has one left and has not expired. Exact under concurrency: a token of n calls is granted
    /// n times. The count may forget the last second before a power cut (not a crash of the process).
    /// </summary>
    Task<TokenUse> UseAsync(string hash, DateTimeOffset now, CancellationToken cancellationToken = default);

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
