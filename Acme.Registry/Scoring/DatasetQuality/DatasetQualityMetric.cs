using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Links;

namespace Acme.Registry.Scoring.DatasetQuality;

/// <summary>
/// How good is the data's documentation: licence, size, splits, provenance, known biases. Told by a dataset's own card or host, else by what
/// the model's card says about its data.
/// </summary>
public sealed class DatasetQualityMetric : IMetric
{
    /// <param name="Probe">Its name.</param>
    /// <param name="What">What is asked for.</param>
    /// <param name="Answer">Prose that answers it.</param>
    /// <param name="Headings">Words in headings under which a dataset's card answers it in whatever words.</param>
    private sealed record Question(string Probe, string What, Regex Answer, params string[] Headings);

    /// <summary>Words a section needs to say something.</summary>
    private const int LeastWords = 8;

    // Anybody writes these texts: no pattern may look at a character more than a few times, so whatever repeats is bounded or ends where the rest begins.
    private static readonly Question[] Questions =
    [
        Ask("data_license", "the licence of the data", @"\b(licen[cs]ed?|public domain|cc[ -]by|cc0|copyright)\b", "license", "licence", "licensing"),
        Ask("data_size", "the size of the data", @"(?<!\d[.,]?)\d[\d.,]{0,30}[ -]?(k|m|b|million|billion|thousand|hundred)?[ -]?(\w{1,40}[ -])?(examples?|samples?|rows?|records?|sentences?|tokens?|words?|images?|hours?|documents?|pairs?|gb|tb|mb|books|articles|utterances|reviews|questions)\b"),
        Ask("data_splits", "how the data are split", @"\b(splits?|(train(ing)?|validation|dev|test) set|held[ -]out)\b", "splits"),
        Ask("data_provenance", "where the data come from", @"(\b(collected|crawled|scraped|annotated|sourced|derived|generated|extracted|written) (from|by|with|using|for|at)\b|https?://)", "source data", "curation", "collection", "provenance"),
        Ask("data_biases", "the known biases of the data", @"\b(bias(es|ed)?|imbalanced?|underrepresented|over-?represented|stereotypes?|not representative|skewed)\b", "bias", "considerations", "limitations"),
    ];

    /// <summary>What earns the score: the five questions alike.</summary>
    public static Checklist Checklist { get; } = new([.. Questions.Select(q => new Criterion(q.Probe, 0.2))]);

    /// <inheritdoc/>
    public string Name => "dataset_quality";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Datasets;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var own = model.Facts.Datasets.Select(d => (Facts: d, Card: CardDocument.Parse(d.Card?.Text ?? ""))).ToList();
        var sections = model.Card.Sections.Where(s => LinkCandidates.DataHeadings.Any(h => s.Heading.Contains(h, StringComparison.OrdinalIgnoreCase))).ToList();
        return [.. Questions.Select(q => own.Select(d => OfDataset(q, d.Facts, d.Card)).FirstOrDefault(f => f is not null) ?? OfModelCard(model, q, sections))];
    }

    private static Finding? OfDataset(Question question, DatasetFacts dataset, CardDocument card)
    {
        if (Stated(question.Probe, dataset) is { } stated) return Finding.True(question.Probe, $"The dataset {dataset.Name} tells {question.What}.", null, dataset.Evidence(stated));
        foreach (var section in card.Sections)
        {
            var text = Placeholder.Remove(section.Text);
            var match = question.Answer.Match(text);
            var isUnderHeading = question.Headings.Any(h => section.Heading.Contains(h, StringComparison.OrdinalIgnoreCase)) && Words(text) >= LeastWords;
            if (match.Success || isUnderHeading)
                return Finding.True(question.Probe, $"The card of the dataset {dataset.Name} tells {question.What}.", null, dataset.Evidence(match.Success ? match.Value : section.Heading));
        }
        return null;
    }

    /// <summary>What the host or the metadata of the dataset's card say.</summary>
    private static string? Stated(string probe, DatasetFacts dataset) => probe switch
    {
        "data_license" => new[] { dataset.License }.Concat(dataset.Card?.FrontMatter.License ?? []).FirstOrDefault(l => l is not (null or "" or "unknown" or "other")),
        "data_size" => dataset.TotalSize is > 0 and { } bytes ? $"{bytes} bytes" : null,
        _ => null,
    };

    private static Finding OfModelCard(RatedModel model, Question question, List<CardSection> sections)
    {
        foreach (var section in sections)
        {
            var match = question.Answer.Match(Placeholder.Remove(section.Text));
            if (match.Success) return Finding.True(question.Probe, $"The card tells {question.What}.", null, model.InCard(section.Line, match.Value));
        }
        var remediation = $"Tell {question.What} in the dataset's own card, or in a section \"Training data\" of the model's.";
        if (model.Facts.Datasets.Any(d => d.Card is not null))
            return Finding.False(question.Probe, $"Neither the card of a dataset nor the model's tells {question.What}.", remediation, [.. model.Facts.Datasets.Select(d => d.Evidence())]);
        if (sections.Count > 0) return Finding.False(question.Probe, $"What the card says about its data does not tell {question.What}.", remediation, [.. sections.Select(s => model.InCard(s.Line, s.Heading))]);
        var named = model.FrontMatter.Datasets.Select(d => model.InFrontMatter("datasets", d)).Concat(model.Linked(LinkKind.Dataset)).Concat(model.Facts.Datasets.Select(d => d.Evidence())).ToList();
        var problems = string.Join(" ", model.Facts.Datasets.Select(d => d.Problem).OfType<string>().Distinct());
        return named.Count > 0
            ? Finding.NotLearnt(question.Probe, problems.Length > 0 ? problems : "The named dataset has no card that could be read.", remediation, named)
            : Finding.False(question.Probe, "No dataset is named, and the card says nothing about data.", remediation);
    }

    private static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    private static Question Ask(string probe, string what, string pattern, params string[] headings) =>
        new(probe, what, new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), headings);
}
