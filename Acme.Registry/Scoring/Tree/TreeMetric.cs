using System.Globalization;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.Tree;

/// <summary>How good are the models it was made from: the mean net score of its registered parents.</summary>
public sealed class TreeMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "tree_score";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["parents_rated"];

    /// <summary>The mean (amount); not applicable without registered parents.</summary>
    public MetricScore Evaluate(MetricFindings findings) =>
        findings["parents_rated"] is { Outcome: Outcome.True, Amount: { } mean } ? Math.Clamp(mean, 0, 1) : MetricScore.NotApplicable;

    /// <summary>Amount: mean net score of the parents, 0..1.</summary>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var parents = model.Facts.Parents;
        return parents.Count == 0
            ? [Finding.NotApplicable("parents_rated", "No model it was made from is registered here.")]
            :
            [
                Finding.True(
                    "parents_rated",
                    $"{parents.Count} of its parents are registered here.",
                    parents.Average(p => p.NetScore),
                    [.. parents.Select(p => new Evidence(Value: string.Create(CultureInfo.InvariantCulture, $"{p.Name} ({p.Id}): {p.NetScore:0.000}")))]),
            ];
    }
}
