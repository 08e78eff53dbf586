using Acme.Registry.Licensing;

namespace Acme.Registry.Scoring.Policies;

/// <summary>What a policy says to a rating.</summary>
/// <param name="Accepted">Whether every condition is met.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Version">Its version.</param>
/// <param name="Mode">What the verdict does.</param>
/// <param name="Failures">Each condition that is not met.</param>
public sealed record Verdict(bool Accepted, string Policy, string Version, PolicyMode Mode, IReadOnlyList<PolicyFailure> Failures)
{
    /// <summary>Whether the artifact must be turned away.</summary>
    public bool Rejects => !Accepted && Mode == PolicyMode.Enforce;

    /// <summary>Holds scores against a policy. A metric that is not applicable fails nothing.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="results">The metrics.</param>
    /// <param name="netScore">0..1.</param>
    /// <param name="license">The identified licence, or nothing.</param>
    public static Verdict Of(ScoringPolicy policy, IReadOnlyList<MetricResult> results, double netScore, string? license)
    {
        var failures = new List<PolicyFailure>();
        foreach (var result in results)
        {
            if (!policy.Thresholds.TryGetValue(result.Name, out var threshold)) continue;
            if (result.Failure is { } failure) failures.Add(new(result.Name, 0, threshold, $"It could not be computed: {failure}"));
            else if (result.Score is >= 0 && result.Score < threshold) failures.Add(new(result.Name, result.Score, threshold, Reason(result)));
        }
        if (policy.Thresholds.TryGetValue(ScoringPolicy.NetScoreName, out var least) && netScore < least)
        {
            failures.Add(new(ScoringPolicy.NetScoreName, netScore, least, "The weighted mean of all applicable metrics is too low."));
        }
        if (policy.AllowedLicenses is { } allowed && !IsAllowed(allowed, license))
        {
            failures.Add(new("license", 0, 1, license is null ? "No licence could be told." : $"The policy does not allow the licence {license}."));
        }
        return new(failures.Count == 0, policy.Name, policy.Version, policy.Mode, failures);
    }

    private static string Reason(MetricResult result)
    {
        var open = result.Findings.Where(f => f.Outcome is Findings.Outcome.False or Findings.Outcome.NotLearnt).Select(f => f.Message).Distinct().Take(5).ToList();
        return open.Count > 0 ? string.Join(" ", open) : "The evidence is not enough.";
    }

    private static bool IsAllowed(IReadOnlyList<string> allowed, string? license)
    {
        var ids = allowed.Select(l => SpdxExpression.TryParse(l, out var e) ? e.ToString() : l).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return SpdxExpression.TryParse(license, out var expression) && expression.Satisfies(l => ids.Contains(l.Id));
    }
}

/// <summary>A condition that is not met.</summary>
/// <param name="Metric">The metric, or <c>net_score</c>.</param>
/// <param name="Score">What it scored.</param>
/// <param name="Threshold">What it should have.</param>
/// <param name="Reason">Why it did not, from its findings.</param>
public sealed record PolicyFailure(string Metric, double Score, double Threshold, string Reason)
{
    /// <summary>All of it in one sentence or two, for people.</summary>
    public string Explain() => $"{Metric} is {Score:0.##}, but {Threshold:0.##} is required. {Reason}";
}
