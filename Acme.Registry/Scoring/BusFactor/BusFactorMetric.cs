using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.BusFactor;

/// <summary>
/// How widely is the knowledge spread: who committed in the last year, and how recently; by the closest linked repository whose history
/// could be read, else by the model's own repository on its hub.
/// </summary>
public sealed class BusFactorMetric : IMetric
{
    private const string Remediation = "Spread the work over more people, and link the repository they work in from the card.";

    private sealed record Source(CommitHistory History, DateTimeOffset ReadAt, bool IsArchived, string Name, Evidence Where);

    /// <summary>What earns the score. Committers count by their effective number (the exponential of the entropy of their shares).</summary>
    public static Checklist Checklist { get; } = new(new Criterion("effective_committers", 0.8, Full: 5), new Criterion("recent_activity", 0.2));

    /// <inheritdoc/>
    public string Name => "bus_factor";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Repositories;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) =>
        SourceOf(model.Facts) is { } source ? [Committers(source), Activity(source)] : [.. Probes.Select(p => NotLearnt(model, p))];

    /// <summary>exp(-Σ p ln p) with p the share of each committer's commits: n where n people commit alike, near 1 where one does nearly all.</summary>
    public static double EffectiveNumber(IEnumerable<int> commits)
    {
        var counts = commits.Where(c => c > 0).Select(c => (double)c).ToList();
        var total = counts.Sum();
        return counts.Count == 0 ? 0 : Math.Exp(-counts.Sum(c => c / total * Math.Log(c / total)));
    }

    private static Source? SourceOf(ArtifactFacts facts)
    {
        if (facts.ClosestRepository().FirstOrDefault(r => r.History is not null) is { History: { } history } repository)
            return new(history, repository.CollectedAt, repository.IsArchived, repository.Url, repository.Evidence());
        return facts.Hub is { History: { } onHub } hub ? new(onHub, hub.CollectedAt, false, hub.Url, new(Url: hub.Url)) : null;
    }

    /// <summary>Amount: effective number of committers.</summary>
    private static Finding Committers(Source source)
    {
        var effective = EffectiveNumber(source.History.Committers.Select(c => c.Commits));
        if (effective <= 0) return Finding.False("effective_committers", $"Nobody committed to {source.Name} since {source.History.Since:yyyy-MM-dd}.", Remediation, source.Where);
        var message = $"{source.History.Committers.Count} people committed to {source.Name} since {source.History.Since:yyyy-MM-dd}, as evenly as {effective:0.#} equal ones would.";
        return Finding.True(
            "effective_committers",
            source.History.IsComplete ? message : message + " Only the latest commits were read.",
            effective,
            [source.Where, .. source.History.Committers.OrderByDescending(c => c.Commits).Take(5).Select(c => new Evidence(Url: source.Where.Url, Value: $"{c.Name}: {c.Commits} commits"))])
            with { Remediation = effective < 5 ? Remediation : null };
    }

    /// <summary>Amount: recency of the last commit, 0..1.</summary>
    private static Finding Activity(Source source)
    {
        const string probe = "recent_activity";
        if (source.IsArchived) return Finding.False(probe, $"{source.Name} is archived: nobody can change it any more.", "Link the repository that continues it.", source.Where);
        if (source.History.LastCommitAt is not { } last) return Finding.False(probe, $"{source.Name} has no commit.", Remediation, source.Where);
        var recency = LinkedEvidence.Recency(last, source.ReadAt);
        return recency > 0
            ? Finding.True(probe, $"The last commit to {source.Name} was on {last:yyyy-MM-dd}.", recency, source.Where)
            : Finding.False(probe, $"The last commit to {source.Name} was on {last:yyyy-MM-dd}, more than a year before it was read.", "Keep the repository maintained.", source.Where);
    }

    private static Finding NotLearnt(RatedModel model, string probe) => model.Facts.Hub is { Problem: { } problem } hub && !model.HasLinkedRepository()
        ? Finding.NotLearnt(probe, problem, "Rate the model again later, or link its code repository in the card.", new Evidence(Url: hub.Url))
        : model.HasLinkedRepository()
        ? Finding.NotLearnt(probe, $"The history of the linked repository could not be read. {model.RepositoryProblems()}", "Link a repository that can be read, or rate the model again later.", model.LinkedRepositories())
        : Finding.NotLearnt(probe, "The artifact's files hold no commit history, and no repository is linked.", "Ingest the model from its repository's URL, or link its code repository in the card.");
}
