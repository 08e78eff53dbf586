using System.Globalization;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.Reviewedness;

/// <summary>
/// The share of the closest linked repository's code that came in through reviewed pull requests. Not applicable where none is linked,
/// and where the reviews of those that are could not be read: a 0 would say that nobody reviewed, and would punish the link.
/// </summary>
public sealed class ReviewednessMetric : IMetric
{
    private const string Remediation = "Bring changes in through pull requests that someone else than their author reviews.";

    /// <inheritdoc/>
    public string Name => "reviewedness";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["repository_linked", "reviewed_share"];

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Repositories;

    /// <summary>The reviewed share (amount, 0..1); 0 where nothing was reviewed; not applicable where no repository is linked or its reviews are not known.</summary>
    public MetricScore Evaluate(MetricFindings findings) => (findings["repository_linked"].Outcome, findings["reviewed_share"]) switch
    {
        (Outcome.True, { Outcome: Outcome.True, Amount: { } amount }) => Math.Clamp(amount, 0, 1),
        (Outcome.True, { Outcome: Outcome.False }) => 0,
        _ => MetricScore.NotApplicable,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) => model.HasLinkedRepository()
        ? [Finding.True("repository_linked", "A repository is linked.", null, model.LinkedRepositories()), Share(model)]
        :
        [
            Finding.False("repository_linked", "No repository is linked.", "Link the code repository in the card."),
            Finding.NotApplicable("reviewed_share", "There is no linked repository whose reviews could be counted."),
        ];

    /// <summary>Amount: added lines that came in through reviewed pull requests over all added lines, 0..1.</summary>
    private static Finding Share(RatedModel model)
    {
        const string probe = "reviewed_share";
        if (model.Facts.ClosestRepository().FirstOrDefault(r => r.Reviews is { TotalAdditions: > 0 }) is not { Reviews: { } reviews } repository)
        {
            return Finding.NotLearnt(
                probe, $"How the code of the linked repository came in is not known. {model.RepositoryProblems()}", "Link a repository whose pull requests can be read, or rate the model again later.", model.LinkedRepositories());
        }
        var share = Math.Clamp((double)reviews.ReviewedAdditions / reviews.TotalAdditions, 0, 1);
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{reviews.ReviewedAdditions} of {reviews.TotalAdditions} added lines came in through {reviews.ReviewedPullRequests} reviewed of {reviews.MergedPullRequests} merged pull requests.{(reviews.IsComplete ? "" : " Only a part of the history was looked at.")}");
        IReadOnlyList<Evidence> evidence = [repository.Evidence(), .. reviews.Examples.Select(url => new Evidence(Url: url))];
        return share > 0
            ? Finding.True(probe, message, share, evidence) with { Remediation = share < 1 ? Remediation : null }
            : Finding.False(probe, message, Remediation, evidence);
    }
}
