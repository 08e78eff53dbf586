namespace Acme.Registry.Scoring.Net;

/// <summary>One number from all metrics.</summary>
public static class NetScore
{
    /// <summary>
    /// The mean of the applicable scores, weighted as the policy says; 0 where none is applicable. A metric with parts (the devices
    /// of the size score) counts with their mean.
    /// </summary>
    /// <param name="scores">Scores by metric, 0..1 or <see cref="MetricScore.NotApplicable"/>.</param>
    /// <param name="weights">Weights by metric; a metric without one counts nothing.</param>
    public static double Of(IEnumerable<KeyValuePair<string, double>> scores, IReadOnlyDictionary<string, double> weights)
    {
        double sum = 0, total = 0;
        foreach (var (metric, score) in scores)
        {
            if (score < 0 || !weights.TryGetValue(metric, out var weight)) continue;
            sum += weight * score;
            total += weight;
        }
        return total > 0 ? Math.Clamp(sum / total, 0, 1) : 0;
    }
}
