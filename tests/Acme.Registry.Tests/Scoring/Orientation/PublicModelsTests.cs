using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Tests.Scoring.Orientation;

/// <summary>Models as they are in public, held against how a careful reader sees them.</summary>
public sealed class PublicModelsTests
{
    private static readonly Rating Speech = Rate("speechlab/speech-tiny", PublicCards.Speech, 151_000_000, r => r with { History = Linked.History(9, 8, 7, 5, 4) });
    private static readonly Rating Language = Rate("lab/language-base", PublicCards.Language, 440_000_000, r => r with { History = Linked.History(4, 1) }, Linked.Dataset());
    private static readonly Rating Small = Rate("someone/small", PublicCards.Small, 26_000_000, null, Linked.Dataset(card: "# Web\n\nA crawl."));
    private static readonly Rating TwoSentences = Rate("someone/tiny", PublicCards.TwoSentences, 23_000_000, null);
    private static readonly Rating Converted = Rate("robots/small-ONNX", PublicCards.Converted, 24_000_000, null);
    private static readonly Rating Template = Rate("someone/model", PublicCards.Template, 268_000_000, null);

    [Fact]
    public void The_published_rating_of_a_small_speech_model_is_met()
    {
        Assert.InRange(Speech.RampUpTime.Score, 0.75, 0.95);
        Assert.InRange(Speech.BusFactor.Score, 0.80, 1.0);
        Assert.InRange(Speech.PerformanceClaims.Score, 0.70, 0.90);
        Assert.Equal(1, Speech.License.Score, 9);
        Assert.InRange(Speech.NetScore, 0.60, 0.80);
        foreach (var (device, published) in (ReadOnlySpan<(string, double)>)[("raspberry_pi", 0.90), ("jetson_nano", 0.95), ("desktop_pc", 1), ("aws_server", 1)])
            Assert.InRange(Speech.SizeScore.Parts![device], published - 0.02, published + 0.02);
    }

    [Fact]
    public void Net_scores_stand_in_the_order_of_a_careful_reader()
    {
        Rating[] tiers = [Speech, Small, TwoSentences, Converted, Template];
        var scores = tiers.Select(r => r.NetScore).ToArray();
        Assert.True(scores.SequenceEqual(scores.OrderDescending()), string.Join(", ", scores));
        Assert.True(Language.NetScore > Small.NetScore + 0.05, $"{Language.NetScore}, {Small.NetScore}");
        Assert.True(Speech.NetScore > Template.NetScore + 0.4, $"{Speech.NetScore}, {Template.NetScore}");
    }

    [Theory]
    [InlineData("ramp_up_time", "usage_section")]
    [InlineData("ramp_up_time", "limits_section")]
    [InlineData("performance_claims", "cited_paper")]
    [InlineData("performance_claims", "evaluation_section")]
    [InlineData("dataset_quality", "data_license")]
    public void What_a_template_leaves_earns_nothing(string metric, string probe) =>
        Assert.NotEqual(Outcome.True, Template[metric].Findings.Single(f => f.Probe == probe).Outcome);

    [Theory]
    [InlineData("results_table")]
    [InlineData("evaluation_section")]
    public void A_table_under_evaluation_needs_no_word_for_its_metric(string probe) =>
        Assert.Equal(Outcome.True, Language.PerformanceClaims.Findings.Single(f => f.Probe == probe).Outcome);

    [Fact]
    public void Code_that_evaluates_is_evidence_where_the_card_shows_it() =>
        Assert.Contains("The card shows code", Speech.PerformanceClaims.Findings.Single(f => f.Probe == "evaluation_code").Message, StringComparison.Ordinal);

    [Fact]
    public void Every_open_point_says_what_would_raise_it() =>
        Assert.All(
            new[] { Speech, Language, Small, TwoSentences, Converted, Template }.SelectMany(r => r.Metrics).SelectMany(m => m.Findings).Where(f => f.Outcome is Outcome.False or Outcome.NotLearnt),
            f => Assert.False(string.IsNullOrEmpty(f.Remediation), f.Probe));

    private static Rating Rate(string name, string card, long bytes, Func<RepositoryFacts, RepositoryFacts>? repository, params DatasetFacts[] datasets)
    {
        var facts = new ArtifactFacts
        {
            Type = ArtifactType.Model, Name = name, Url = $"https://huggingface.co/{name}", CollectedAt = LinkedHosts.Now, Revision = "r",
            Card = Linked.CardOf(card), Links = LinkFinder.Find(card), Config = new("config.json", null, "bert"),
            Files = new(3, bytes, [new("README.md", 10), new("tokenizer.json", 10), new("model.safetensors", bytes)], new Dictionary<string, long>()),
            Weights = [new() { Format = WeightFormat.Safetensors, Directory = "", Name = "model", Files = 1, Bytes = bytes }],
            Repositories = repository is null ? [] : [repository(Linked.Repository() with { Files = ["README.md", "setup.py", "src/a.py", "tests/test_a.py"], Reviews = new(20, 8, 400, 1000, [], true) })],
            Datasets = datasets,
        };
        return RatingEngine.Rate(facts, ScoringPolicy.Default, Metrics.All, TimeProvider.System);
    }
}
