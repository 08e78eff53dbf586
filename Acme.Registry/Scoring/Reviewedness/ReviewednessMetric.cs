using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.Reviewedness;

/// <summary>
/// The share of the linked repository's code that came in through reviewed pull requests; not applicable where none is linked. An
/// artifact's own bytes do not tell; a source that reads pull requests does.
/// </summary>
public sealed class ReviewednessMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "reviewedness";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["repository_linked", "reviewed_share"];

    /// <summary>The reviewed share (amount, 0..1); 0 where it was not learnt; not applicable without a linked repository.</summary>
    public MetricScore Evaluate(MetricFindings findings)
    {
        if (!findings.IsTrue("repository_linked")) return MetricScore.NotApplicable;
        var share = findings["reviewed_share"];
        return share is { Outcome: Outcome.True, Amount: { } amount } ? Math.Clamp(amount, 0, 1) : 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var links = model.LinkedRepositories();
        return links.Count == 0
            ?
            [
                Finding.False("repository_linked", "The card links no repository.", "Link the code repository in the card."),
                Finding.NotApplicable("reviewed_share", "There is no linked repository whose reviews could be counted."),
            ]
            :
            [
                Finding.True("repository_linked", "The card links a repository.", null, links),
                Finding.NotLearnt("reviewed_share", "The pull requests of the linked repository have not been read.", "Rate the model where its repository can be reached.", links),
            ];
    }
}
