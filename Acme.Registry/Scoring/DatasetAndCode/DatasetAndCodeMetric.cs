using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.DatasetAndCode;

/// <summary>Are training data and code named and reachable.</summary>
public sealed class DatasetAndCodeMetric : IMetric
{
    /// <summary>A dataset or a repository that was looked for.</summary>
    private sealed record Found(bool IsReached, bool IsTransient, string? Problem, Evidence Where);

    /// <summary>What earns the score. Named and reachable count for both alike; a name that leads nowhere is half the use.</summary>
    public static Checklist Checklist { get; } = new(
        new("dataset_named", 0.3),
        new("dataset_reachable", 0.2),
        new("code_named", 0.3),
        new("code_reachable", 0.2));

    /// <inheritdoc/>
    public string Name => "dataset_and_code_score";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Repositories | FactSources.Datasets;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) =>
    [
        .. Ask(
            model,
            "dataset",
            [.. model.FrontMatter.Datasets.Select(d => model.InFrontMatter("datasets", d)), .. model.Linked(LinkKind.Dataset)],
            [.. model.Facts.Datasets.Select(d => new Found(d.Problem is null || d.Card is not null, d.IsTransient, d.Problem, d.Evidence()))],
            "Name the training data under datasets in the front matter of the card."),
        .. Ask(
            model,
            "code",
            model.Linked(LinkKind.Repository),
            [.. model.Facts.Repositories.Select(r => new Found(r.IsReached(), r.IsTransient, r.Problem, r.Evidence()))],
            "Link the repository with the training code in the card."),
    ];

    private static IEnumerable<Finding> Ask(RatedModel model, string what, IReadOnlyList<Evidence> named, IReadOnlyList<Found> found, string remediation)
    {
        var kind = what == "dataset" ? "data" : "code";
        var own = model.Facts.Files.Entries.Where(e => FileKinds.Of(e.Path) == kind).Select(e => new Evidence(e.Path)).ToList();
        var reached = found.Where(f => f.IsReached).Select(f => f.Where).ToList();
        IReadOnlyList<Evidence> all = [.. found.Select(f => f.Where), .. named, .. own];
        if (all.Count == 0)
        {
            yield return Finding.False($"{what}_named", $"No {what} is named or linked.", remediation);
            yield return Finding.False($"{what}_reachable", $"No {what} is named.", remediation);
            yield break;
        }
        yield return Finding.True($"{what}_named", own.Count > 0 ? $"The artifact's own files hold {kind}." : $"Its {what} is named.", null, all);
        if (reached.Count > 0 || own.Count > 0)
        {
            yield return Finding.True($"{what}_reachable", own.Count > 0 ? $"The artifact's own files hold {kind}." : $"{reached.Count} of what is named for its {what} was reached.", null, [.. reached, .. own]);
        }
        else
        {
            var problems = string.Join(" ", found.Select(f => f.Problem).OfType<string>().Distinct());
            var register = $"Register the {what} here, or add it to the files.";
            yield return found.Count > 0 && !found.Any(f => f.IsTransient)
                ? Finding.False($"{what}_reachable", $"What is named leads nowhere: {problems}", $"Mend the name or link of the {what}.", all)
                : Finding.NotLearnt($"{what}_reachable", found.Count > 0 ? problems : "No host that the registry reads has what is named.", register, all);
        }
    }
}
