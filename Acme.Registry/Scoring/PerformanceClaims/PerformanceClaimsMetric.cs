using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.PerformanceClaims;

/// <summary>Is there evidence for what the model is said to achieve.</summary>
public sealed partial class PerformanceClaimsMetric : IMetric
{
    private static readonly string[] EvaluationHeadings = ["evaluation", "result", "performance", "benchmark", "metrics"];

    // Templates of cards cite there how emissions are estimated, which says nothing about this model.
    private static readonly string[] EmissionHeadings = ["environmental", "carbon", "emission"];

    /// <summary>What earns the score. Three results that can be checked are full evidence, and so are three rows of a table.</summary>
    public static Checklist Checklist { get; } = new(
        new("model_index_results", 0.35, Full: 3),
        new("results_table", 0.20, Full: 3),
        new("evaluation_section", 0.15),
        new("cited_paper", 0.15),
        new("evaluation_code", 0.15));

    /// <inheritdoc/>
    public string Name => "performance_claims";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Repositories;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) => [Index(model), Table(model), Section(model), Paper(model), Code(model)];

    private static Finding Index(RatedModel model)
    {
        var complete = model.FrontMatter.Results.Where(r => r.IsComplete).ToList();
        return complete.Count > 0
            ? Finding.True("model_index_results", $"The model-index holds {complete.Count} results with dataset, metric and value.", complete.Count,
                [.. complete.Select(r => model.InFrontMatter("model-index", $"{r.Metric} on {r.Dataset}: {r.Value}"))])
            : Finding.False("model_index_results", "The metadata holds no result with dataset, metric and value.", "Add a model-index to the front matter of the card.");
    }

    private static Finding Table(RatedModel model)
    {
        var tables = model.Card.Tables.Where(t => IsResults(model.Card, t)).ToList();
        var rows = tables.Sum(t => t.Rows.Count(HasNumber));
        return rows > 0
            ? Finding.True("results_table", $"Tables of results have {rows} rows.", rows, [.. tables.Select(t => model.InCard(t.Line, string.Join(" | ", t.Header)))])
            : Finding.False("results_table", "No table shows metrics with their values.", "Add a table of dataset, metric and value.");
    }

    /// <summary>A table with numbers that names a metric, stands in a section about evaluation, or shows plain numbers where the text names the metric.</summary>
    private static bool IsResults(CardDocument card, CardTable table)
    {
        if (!table.Rows.Any(HasNumber)) return false;
        if (table.Header.Any(Metric().IsMatch) || table.Rows.Any(r => r.Any(Metric().IsMatch))) return true;
        return card.SectionOf(table) is { } section
            && (IsUnder(section, EvaluationHeadings) || (MetricInProse().IsMatch(section.Text) && table.Rows.Any(r => r.Any(PlainNumber().IsMatch))));
    }

    private static bool IsUnder(CardSection section, string[] headings) => headings.Any(h => section.Heading.Contains(h, StringComparison.OrdinalIgnoreCase));

    private static bool HasNumber(string text) => text.Any(char.IsDigit);

    private static bool HasNumber(IReadOnlyList<string> row) => row.Any(HasNumber);

    private static Finding Section(RatedModel model)
    {
        var sections = model.Card.Sections.Where(s => IsUnder(s, EvaluationHeadings)).ToList();
        var section = sections.FirstOrDefault(s => HasNumber(s.Text))
            ?? (model.Card.Tables.Any(t => IsResults(model.Card, t)) || Demonstration(model) is not null ? sections.FirstOrDefault() : null);
        return section is not null
            ? Finding.True("evaluation_section", "A section reports how it was evaluated.", null, model.InCard(section.Line, section.Heading))
            : Finding.False("evaluation_section", "No section reports an evaluation with values.", "Add a section \"Evaluation\" that says on what, how and with what result.");
    }

    private static CodeBlock? Demonstration(RatedModel model) => model.Card.Code.FirstOrDefault(c => EvaluatingCode().IsMatch(c.Text));

    private static Finding Paper(RatedModel model)
    {
        var papers = model.Facts.Links
            .Where(l => l.Kind == LinkKind.Paper && !(model.Card.Sections.LastOrDefault(s => s.Line <= l.Line) is { } section && IsUnder(section, EmissionHeadings)))
            .Select(l => new Evidence(model.Facts.Card?.Path, l.Line, l.Url))
            .ToList();
        papers.AddRange(model.FrontMatter.Tags.Where(t => t.StartsWith("arxiv:", StringComparison.OrdinalIgnoreCase)).Select(t => model.InFrontMatter("tags", t)));
        papers.AddRange(model.Card.Code.Where(c => c.Language is "bibtex" || c.Text.AsSpan().TrimStart().StartsWith("@")).Select(c => model.InCard(c.Line, c.Text)));
        return papers.Count > 0
            ? Finding.True("cited_paper", "The card cites a paper.", null, papers)
            : Finding.False("cited_paper", "The card cites no paper.", "Link the paper that describes the model or its evaluation.");
    }

    private static Finding Code(RatedModel model)
    {
        var file = model.Facts.Files.Entries.FirstOrDefault(e => EvaluationCode().IsMatch(e.Path));
        if (file is not null) return Finding.True("evaluation_code", "The code of an evaluation is among the files.", null, new Evidence(file.Path));
        if (Demonstration(model) is { } block) return Finding.True("evaluation_code", "The card shows code that evaluates the model.", null, model.InCard(block.Line, block.Text));
        foreach (var repository in model.Facts.Repositories)
        {
            if (repository.Files?.FirstOrDefault(EvaluationCode().IsMatch) is { } path)
                return Finding.True("evaluation_code", "The code of an evaluation is in a linked repository.", null, repository.Evidence(path));
        }
        if (model.Facts.Repositories.Any(r => r.Files is not null)) return Finding.False("evaluation_code", "No evaluation code is among the files or in the linked repositories.", "Add the evaluation script to the files.", [.. model.Facts.Repositories.Select(r => r.Evidence())]);
        return model.HasLinkedRepository()
            ? Finding.NotLearnt("evaluation_code", $"No linked repository could be read. {model.RepositoryProblems()}", "Add the evaluation script to the files.", model.LinkedRepositories())
            : Finding.False("evaluation_code", "No evaluation code is there or linked.", "Add the evaluation script to the files, or link its repository in the card.");
    }

    [GeneratedRegex(
        @"\b(accuracy|acc|f1|precision|recall|auc|roc|bleu|rouge|wer|cer|perplexity|ppl|map|miou|iou|mse|mae|rmse|mrr|ndcg|em|exact match|spearman|pearson|mcc|glue|squad|mmlu|score|top-?[15])\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Metric();

    /// <summary>Metrics that do not read as ordinary words, for prose.</summary>
    [GeneratedRegex(@"\b(accuracy|f1|auc|bleu|rouge|wer|cer|perplexity|miou|rmse|mrr|ndcg|exact match|success rate)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MetricInProse();

    [GeneratedRegex(@"^[\W_]*\d+([.,]\d+)?[\W_]*$")]
    private static partial Regex PlainNumber();

    /// <summary>Code that computes a metric, by the libraries made for it.</summary>
    [GeneratedRegex(@"\b(from evaluate import|import evaluate|evaluate\.load|load_metric|lm_eval|sklearn\.metrics|torchmetrics|jiwer|sacrebleu|rouge_score|\.evaluate\()")]
    private static partial Regex EvaluatingCode();

    [GeneratedRegex(@"(^|/)(run_)?(eval|evaluate|evaluation|benchmark)[^/]*\.(py|ipynb|sh)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EvaluationCode();
}
