namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// Reads that are shared: whoever asks for a key while it is being read waits for that one reading, and what was read is kept for a while.
/// Failures are not kept.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="timeLimit">How long a reading may take; then its token ends it. Callers that give up do not, others may be waiting.</param>
internal sealed class SharedReads<T>(TimeProvider time, TimeSpan timeLimit)
{
    // Facts with the longest lists of files take half a megabyte.
    private const int MaxKept = 100;

    private readonly Dictionary<string, (Task<T> Read, DateTimeOffset Until)> _reads = [];

    /// <summary>The result for a key.</summary>
    /// <param name="key">What is read.</param>
    /// <param name="read">Reads it, when nobody else is or was.</param>
    /// <param name="keepFor">How long a result is kept.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<T> GetAsync(string key, Func<CancellationToken, Task<T>> read, Func<T, TimeSpan> keepFor, CancellationToken cancellationToken)
    {
        Task<T> shared;
        lock (_reads)
        {
            var now = time.GetUtcNow();
            if (_reads.TryGetValue(key, out var present) && (!present.Read.IsCompleted || present.Until > now))
            {
                shared = present.Read;
            }
            else
            {
                if (_reads.Count >= MaxKept) Shrink(now);
                shared = Task.Run(() => RunAsync(key, read, keepFor), CancellationToken.None);
                _reads[key] = (shared, now + timeLimit);
            }
        }
        return shared.WaitAsync(cancellationToken);
    }

    private async Task<T> RunAsync(string key, Func<CancellationToken, Task<T>> read, Func<T, TimeSpan> keepFor)
    {
        var keep = TimeSpan.Zero;
        try
        {
            using var limit = new CancellationTokenSource(timeLimit, time);
            var result = await read(limit.Token);
            keep = keepFor(result);
            return result;
        }
        finally
        {
            lock (_reads)
            {
                if (keep > TimeSpan.Zero) _reads[key] = (_reads[key].Read, time.GetUtcNow() + keep);
                else _reads.Remove(key);
            }
        }
    }

    private void Shrink(DateTimeOffset now)
    {
        foreach (var key in _reads.Where(r => r.Value.Read.IsCompleted && r.Value.Until <= now).Select(r => r.Key).ToList()) _reads.Remove(key);
        if (_reads.Count < MaxKept) return;
        var oldest = _reads.Where(r => r.Value.Read.IsCompleted).OrderBy(r => r.Value.Until).Take(MaxKept / 10).Select(r => r.Key).ToList();
        foreach (var key in oldest) _reads.Remove(key);
    }
}
