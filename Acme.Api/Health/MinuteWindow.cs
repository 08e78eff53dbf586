using System.Collections.Concurrent;

namespace Acme.Api.Health;

/// <summary>What was counted in this process over the last day, minute by minute.</summary>
/// <typeparam name="T">The counts of one minute; whoever reads or writes one locks it.</typeparam>
internal sealed class MinuteWindow<T>(TimeProvider time)
    where T : class, new()
{
    private const int Kept = 1440;

    private readonly ConcurrentDictionary<long, T> _minutes = new();

    /// <summary>The minute that now belongs to.</summary>
    public T Current
    {
        get
        {
            var now = MinuteOf(time.GetUtcNow());
            return _minutes.TryGetValue(now, out var minute) ? minute : Begin(now);
        }
    }

    /// <summary>The minutes of the trailing window in which anything was counted, oldest first, each with its beginning (UTC).</summary>
    public IReadOnlyList<(DateTimeOffset Start, T Counts)> Last(int minutes)
    {
        var now = MinuteOf(time.GetUtcNow());
        return [.. _minutes.Where(m => m.Key > now - minutes && m.Key <= now).OrderBy(m => m.Key).Select(m => (DateTimeOffset.UnixEpoch.AddMinutes(m.Key), m.Value))];
    }

    private T Begin(long now)
    {
        foreach (var old in _minutes.Keys.Where(k => k <= now - Kept)) _minutes.TryRemove(old, out _);
        return _minutes.GetOrAdd(now, _ => new());
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;
}
