using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.DatasetQuality;

/// <summary>
/// How good is the data's documentation: licence, size, splits, provenance, known biases. Read from what the model's own card says
/// about its data; the dataset's own card is not among the model's files.
/// </summary>
public sealed class DatasetQualityMetric : IMetric
{
    private sealed record Question(string Probe, string What, Regex Answer);

    private static readonly string[] Headings = ["training data", "dataset", "data", "corpus", "corpora"];

    private static readonly Question[] Questions =
    [
        Ask("data_license", "the licence of the data", @"\b(licen[cs]ed?|public domain|cc[ -]by|cc0|copyright)\b"),
        Ask("data_size", "the size of the data", @"\d[\d.,]*[ -]?(k|m|b|million|billion|thousand|hundred)?[ -]?(\w+[ -])?(examples?|samples?|rows?|records?|sentences?|tokens?|words?|images?|hours?|documents?|pairs?|gb|tb|mb|books|articles|utterances|reviews)\b"),
        Ask("data_splits", "how the data are split", @"\b(splits?|(train(ing)?|validation|dev|test) set|held[ -]out)\b"),
        Ask("data_provenance", "where the data come from", @"(\b(collected|crawled|scraped|annotated|sourced|derived|generated|extracted|written) (from|by|with|using|for|at)\b|https?://)"),
        Ask("data_biases", "the known biases of the data", @"\b(bias(es|ed)?|imbalanced?|underrepresented|over-?represented|stereotypes?|not representative|skewed)\b"),
    ];

    /// <summary>What earns the score: the five questions alike.</summary>
    public static Checklist Checklist { get; } = new([.. Questions.Select(q => new Criterion(q.Probe, 0.2))]);

    /// <inheritdoc/>
    public string Name => "dataset_quality";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var sections = model.Card.Sections.Where(s => Headings.Any(h => s.Heading.Contains(h, StringComparison.OrdinalIgnoreCase))).ToList();
        var named = model.FrontMatter.Datasets.Select(d => model.InFrontMatter("datasets", d)).Concat(model.Linked(LinkKind.Dataset)).ToList();
        return [.. Questions.Select(q => Answer(model, q, sections, named))];
    }

    private static Finding Answer(RatedModel model, Question question, List<CardSection> sections, List<Evidence> named)
    {
        foreach (var section in sections)
        {
            var match = question.Answer.Match(section.Text);
            if (match.Success) return Finding.True(question.Probe, $"The card tells {question.What}.", null, model.InCard(section.Line, match.Value));
        }
        var remediation = $"Add a section \"Training data\" to the card that tells {question.What}.";
        if (sections.Count > 0) return Finding.False(question.Probe, $"What the card says about its data does not tell {question.What}.", remediation, [.. sections.Select(s => model.InCard(s.Line, s.Heading))]);
        return named.Count > 0
            ? Finding.NotLearnt(question.Probe, "The card of the named dataset has not been read.", remediation, named)
            : Finding.False(question.Probe, "The card says nothing about data.", remediation);
    }

    private static Question Ask(string probe, string what, string pattern) => new(probe, what, new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase));
}
