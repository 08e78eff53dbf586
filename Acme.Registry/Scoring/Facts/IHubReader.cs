namespace Acme.Registry.Scoring.Facts;

/// <summary>Reads again what a hub could not tell about an artifact when that was taken in.</summary>
public interface IHubReader
{
    /// <summary>The facts as they are now; null where the page is not one of this hub's. Does not throw for what the hub does.</summary>
    /// <param name="before">The facts as they were, of which something is missing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<HubFacts?> ReadAgainAsync(HubFacts before, CancellationToken cancellationToken);
}
