using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.BusFactor;

/// <summary>
/// How widely is the knowledge spread: who committed in the last year, and how recently. An artifact's own bytes do not tell;
/// a source that reads the history of its repository does.
/// </summary>
public sealed class BusFactorMetric : IMetric
{
    /// <summary>What earns the score. Committers count by their effective number (the exponential of the entropy of their shares).</summary>
    public static Checklist Checklist { get; } = new(new Criterion("effective_committers", 0.8, Full: 5), new Criterion("recent_activity", 0.2));

    /// <inheritdoc/>
    public string Name => "bus_factor";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        const string why = "The artifact's files hold no commit history, and no repository's history has been read.";
        const string remediation = "Ingest the model from its repository's URL, or link its code repository in the card.";
        var links = model.LinkedRepositories();
        return [Finding.NotLearnt("effective_committers", why, remediation, links), Finding.NotLearnt("recent_activity", why, remediation, links)];
    }
}
