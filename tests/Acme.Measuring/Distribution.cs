using System.Diagnostics;

namespace Acme.Measuring;

/// <summary>Durations of one thing that was done many times.</summary>
internal sealed class Distribution(IEnumerable<TimeSpan> samples)
{
    private readonly double[] _sorted = [.. samples.Select(s => s.TotalMilliseconds).Order()];

    public static string[] Header { get; } = ["", "n", "p50 ms", "p95 ms", "p99 ms", "max ms"];

    public double Mean => _sorted.Average();

    public double Median => Percentile(0.5);

    /// <summary>The smallest sample, in milliseconds, that the share of samples does not exceed (nearest rank).</summary>
    public double Percentile(double share) => _sorted[Math.Max(0, (int)Math.Ceiling(_sorted.Length * share) - 1)];

    /// <summary>A row under <see cref="Header"/>.</summary>
    public string[] Row(string name) =>
        [name, $"{_sorted.Length}", $"{Median:0.00}", $"{Percentile(0.95):0.00}", $"{Percentile(0.99):0.00}", $"{_sorted[^1]:0.00}"];

    public static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start);
    }
}
