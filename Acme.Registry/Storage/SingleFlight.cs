using System.Collections.Concurrent;

namespace Acme.Registry.Storage;

/// <summary>Has work done once for all who want the same at the same time. Nothing is kept once it is done, nor is a failure: the next one tries anew.</summary>
public sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _underWay = new();

    /// <summary>Begins the work, or joins it where it is under way.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="work">Gets it. Not cancelled by one who gives up, since others may wait for it.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It takes longer; it goes on.</exception>
    public Task<TResult> RunAsync(TKey key, Func<Task<TResult>> work, TimeSpan patience, CancellationToken cancellationToken) =>
        _underWay.GetOrAdd(key, _ => new(() => OnceAsync(key, work))).Value.WaitAsync(patience, cancellationToken);

    private async Task<TResult> OnceAsync(TKey key, Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}
