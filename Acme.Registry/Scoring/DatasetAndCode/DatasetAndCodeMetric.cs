using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.DatasetAndCode;

/// <summary>Are training data and code named and reachable.</summary>
public sealed class DatasetAndCodeMetric : IMetric
{
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
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) =>
    [
        .. Ask(model, "dataset", [.. model.FrontMatter.Datasets.Select(d => model.InFrontMatter("datasets", d)), .. model.Linked(LinkKind.Dataset)], "Name the training data under datasets in the front matter of the card."),
        .. Ask(model, "code", model.LinkedRepositories(), "Link the repository with the training code in the card."),
    ];

    private static IEnumerable<Finding> Ask(RatedModel model, string what, IReadOnlyList<Evidence> named, string remediation)
    {
        var kind = what == "dataset" ? "data" : "code";
        var own = model.Facts.Files.Entries.Where(e => FileKinds.Of(e.Path) == kind).Select(e => new Evidence(e.Path)).ToList();
        if (own.Count > 0)
        {
            yield return Finding.True($"{what}_named", $"The artifact's own files hold {kind}.", null, [.. named, .. own]);
            yield return Finding.True($"{what}_reachable", $"The artifact's own files hold {kind}.", null, own);
        }
        else if (named.Count > 0)
        {
            yield return Finding.True($"{what}_named", $"The card names its {what}.", null, named);
            yield return Finding.NotLearnt($"{what}_reachable", "Nobody has followed the name or link.", $"Register the {what} here, or add it to the files.", named);
        }
        else
        {
            yield return Finding.False($"{what}_named", $"The card names no {what}.", remediation);
            yield return Finding.False($"{what}_reachable", $"No {what} is named.", remediation);
        }
    }
}
