namespace Acme.Registry.Storage;

/// <summary>
/// What a catalog offers beside <see cref="ICatalog"/> whose engine changes one item at a time: there a change that dies in the middle leaves items that
/// lead nowhere. Readers pass over them, and garbage collection has them taken away here. A catalog with transactions has none, and does not offer this.
/// </summary>
public interface ICatalogLeftovers
{
    /// <summary>
    /// Takes away what the changes left that did not come to their end. Does so much at most, the oldest first; the next call goes on. Nothing that a
    /// published artifact needs is touched, whatever is under way meanwhile.
    /// </summary>
    /// <param name="begunBefore">Only of changes that began before: a younger one may still be under way, and would have to begin anew.</param>
    /// <param name="cancellationToken">Ends the work; what was taken away by then led nowhere.</param>
    /// <returns>How many changes were looked into.</returns>
    Task<int> CollectAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default);
}
