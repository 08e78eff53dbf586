namespace Acme.Registry.Scoring.Facts;

/// <summary>Reads source code repositories on one host.</summary>
public interface IRepositoryReader
{
    /// <summary>The repository's own page for any URL inside it (<c>.git</c>, <c>/tree/...</c>, letter case of the host); null where the URL is not one of this host's.</summary>
    string? PageOf(string url);

    /// <summary>Reads everything that metrics ask about. Does not throw for what the host does: its failures are told in <see cref="RepositoryFacts.Problem"/>.</summary>
    /// <param name="page">As from <see cref="PageOf"/>.</param>
    /// <param name="foundBy">Goes into the facts.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    Task<RepositoryFacts> ReadAsync(string page, FoundBy foundBy, CancellationToken cancellationToken);
}
