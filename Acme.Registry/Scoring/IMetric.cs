using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring;

/// <summary>One field of a rating: questions to the facts, and a score from their answers alone.</summary>
public interface IMetric
{
    /// <summary>The contract's field, such as <c>ramp_up_time</c>.</summary>
    string Name { get; }

    /// <summary>The probes whose findings the score needs.</summary>
    IReadOnlyList<string> Probes { get; }

    /// <summary>What must be collected for it beside the artifact's own files; the time for that counts as the metric's.</summary>
    FactSources Uses => FactSources.Files;

    /// <summary>Asks every probe; one finding each.</summary>
    IReadOnlyList<Finding> Ask(RatedModel model);

    /// <summary>The score; pure, and no lower for more evidence.</summary>
    MetricScore Evaluate(MetricFindings findings);
}

/// <summary>Where facts come from.</summary>
[Flags]
public enum FactSources
{
    /// <summary>The artifact's own files.</summary>
    Files = 0,

    /// <summary>Linked repositories.</summary>
    Repositories = 1,

    /// <summary>Linked datasets.</summary>
    Datasets = 2,
}

/// <summary>A score.</summary>
/// <param name="Value">0..1, or <see cref="NotApplicable"/>.</param>
/// <param name="Parts">The scores that the value is the mean of, by name, where a metric has parts.</param>
public sealed record MetricScore(double Value, IReadOnlyDictionary<string, double>? Parts = null)
{
    /// <summary>The value that stands for "the question does not arise"; it takes no part in the net score.</summary>
    public const double NotApplicable = -1;

    /// <summary>A plain score.</summary>
    public static implicit operator MetricScore(double value) => new(value);

    /// <summary>A plain score.</summary>
    public static MetricScore FromDouble(double value) => value;
}

/// <summary>The facts of a model together with what is read out of its card once for all metrics.</summary>
public sealed class RatedModel(ArtifactFacts facts)
{
    private readonly Lazy<CardDocument> _card = new(() => CardDocument.Parse(facts.Card?.Text ?? ""));

    /// <summary>The facts.</summary>
    public ArtifactFacts Facts { get; } = facts;

    /// <summary>The structure of the card; empty without one.</summary>
    public CardDocument Card => _card.Value;

    /// <summary>The card's metadata; empty without one.</summary>
    public FrontMatter FrontMatter => Facts.Card?.FrontMatter ?? FrontMatter.Empty;

    /// <summary>The task it is for, by its card or its hub.</summary>
    public string? PipelineTag => FrontMatter.PipelineTag ?? Facts.Hub?.PipelineTag;

    /// <summary>The library that loads it, by its card or its hub.</summary>
    public string? LibraryName => FrontMatter.LibraryName ?? Facts.Hub?.LibraryName;

    /// <summary>Points to a line of the card.</summary>
    public Evidence InCard(int line, string value) => new(Facts.Card?.Path, line, Value: value);

    /// <summary>Points to a field of the card's metadata.</summary>
    public Evidence InFrontMatter(string field, string value) => new(Facts.Card?.Path, Value: $"{field}: {value}");
}
