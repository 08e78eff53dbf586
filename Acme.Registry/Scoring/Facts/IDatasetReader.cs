namespace Acme.Registry.Scoring.Facts;

/// <summary>Reads the documentation of datasets on one host.</summary>
public interface IDatasetReader
{
    /// <summary>The dataset's name on its host for a URL inside it, or for a name as a card's metadata has it; null where it is not one of this host's.</summary>
    string? NameOf(string urlOrName);

    /// <summary>Reads its card and facts. Does not throw for what the host does: its failures are told in <see cref="DatasetFacts.Problem"/>.</summary>
    /// <param name="name">As from <see cref="NameOf"/>.</param>
    /// <param name="foundBy">Goes into the facts.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    Task<DatasetFacts> ReadAsync(string name, FoundBy foundBy, CancellationToken cancellationToken);
}
