using Acme.Registry.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Which objects were there a moment ago, so that a hot one is not asked for before every redirect to it. What this process deletes is forgotten at once; what
/// another deletes, a minute later: until then the URL of an object that no artifact has any more leads to S3's own 404.
/// </summary>
internal sealed class SeenObjects : IDisposable
{
    private const int MaxKnown = 100_000;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _seen = new(new MemoryCacheOptions { SizeLimit = MaxKnown });
    private readonly SingleFlight<string, bool> _looks = new();

    /// <summary>Whether the object is there, by memory or by looking. Requests that come meanwhile wait for the same look; one that gives up does not end it.</summary>
    /// <param name="key">The object's full key.</param>
    /// <param name="lookAsync">Looks, and may make what is missing; true when the object is there at the end.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It takes longer; it goes on.</exception>
    public async Task<bool> IsThereAsync(string key, Func<Task<bool>> lookAsync, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_seen.TryGetValue(key, out _)) return true;
        return await _looks.RunAsync(key, LookAsync, patience, cancellationToken);

        async Task<bool> LookAsync()
        {
            var isThere = await lookAsync();
            if (isThere) _seen.Set(key, true, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Memory, Size = 1 });
            return isThere;
        }
    }

    /// <summary>Looks anew the next time.</summary>
    public void Forget(string key) => _seen.Remove(key);

    /// <inheritdoc/>
    public void Dispose() => _seen.Dispose();
}
