using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Access;

/// <summary>
/// Makes guessing passwords slow: counts failures per name and address, and per name, over a sliding window. Kept in memory, so it
/// counts per instance and forgets at a restart.
/// </summary>
public sealed class GuessingGuard(IOptions<AccessOptions> options, TimeProvider time)
{
    private const int MostKeys = 100_000;

    private readonly ConcurrentDictionary<(string Name, string? Address), Queue<DateTimeOffset>> _failures = new();

    /// <summary>Lets a try pass, or not.</summary>
    /// <exception cref="TooManyFailuresException">Too many failures within the window.</exception>
    public void Demand(string name, string address)
    {
        Demand((name, address), options.Value.FailuresPerAddress);
        Demand((name, null), options.Value.FailuresPerName);
    }

    /// <summary>Counts a wrong password.</summary>
    public void Failed(string name, string address)
    {
        if (_failures.Count > MostKeys) DropStale();
        Count((name, address));
        Count((name, null));
    }

    /// <summary>Forgets the failures of this name from this address.</summary>
    public void Succeeded(string name, string address) => _failures.TryRemove((name, address), out _);

    private void Demand((string, string?) key, int most)
    {
        if (!_failures.TryGetValue(key, out var times)) return;
        lock (times)
        {
            var now = time.GetUtcNow();
            Expire(times, now);
            if (times.Count >= most) throw new TooManyFailuresException(times.Peek() + options.Value.FailureWindow - now);
        }
    }

    private void Count((string, string?) key)
    {
        var times = _failures.GetOrAdd(key, _ => new());
        lock (times)
        {
            times.Enqueue(time.GetUtcNow());
            while (times.Count > options.Value.FailuresPerName) times.Dequeue();
        }
    }

    private void Expire(Queue<DateTimeOffset> times, DateTimeOffset now)
    {
        while (times.TryPeek(out var oldest) && oldest + options.Value.FailureWindow <= now) times.Dequeue();
    }

    private void DropStale()
    {
        var now = time.GetUtcNow();
        foreach (var (key, times) in _failures)
        {
            lock (times)
            {
                Expire(times, now);
                if (times.Count == 0) _failures.TryRemove(key, out _);
            }
        }
        // Still too many within one window is an attack with made-up names; their counts are worth less than the memory.
        if (_failures.Count > MostKeys) _failures.Clear();
    }
}

/// <summary>Too many wrong passwords.</summary>
public sealed class TooManyFailuresException(TimeSpan retryAfter) : Exception("Too many wrong passwords.")
{
    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
