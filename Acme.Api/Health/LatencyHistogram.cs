namespace Acme.Api.Health;

/// <summary>Durations in buckets that grow by a quarter of a power of two, from 0.05 ms on: percentiles are within 19 % of the truth.</summary>
internal sealed class LatencyHistogram
{
    private const double Smallest = 0.00005;
    private const int PerDoubling = 4;

    private readonly long[] _counts = new long[96];

    public void Add(double seconds) =>
        _counts[Math.Clamp((int)Math.Ceiling(Math.Log2(Math.Max(seconds, Smallest) / Smallest) * PerDoubling), 0, _counts.Length - 1)]++;

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>The upper bound, in seconds, of the bucket that holds the share; null when nothing was measured.</summary>
    public double? Percentile(double share)
    {
        var total = _counts.Sum();
        if (total == 0) return null;
        var (wanted, seen) = ((long)Math.Ceiling(total * share), 0L);
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted) return Smallest * Math.Pow(2, (double)i / PerDoubling);
        }
        return null;
    }
}
