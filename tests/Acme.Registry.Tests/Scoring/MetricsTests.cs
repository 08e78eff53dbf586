using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.Size;
using Acme.Registry.Tests.Scoring.Weights;
using FsCheck.Fluent;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Scoring;

public sealed class MetricsTests
{
    public static TheoryData<string> Names => [.. Metrics.All.Select(m => m.Name)];

    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300);

    private static IMetric Metric(string name) => Metrics.All.Single(m => m.Name == name);

    private static async Task<Rating> Rate(params (string, byte[])[] files) =>
        RatingEngine.Rate(await new Registered().CollectAsync(files), ScoringPolicy.Default, Metrics.All, TimeProvider.System);

    private static Task<Rating> RateCard(string card, params (string, byte[])[] more) => Rate([Text("README.md", card), .. more]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_score_of_any_artifact_lies_in_range_and_every_open_finding_says_what_would_improve_it(string name)
    {
        foreach (var rating in new[] { await Rate(), await RateCard(Cards.Poor), await RateCard(Cards.Good, ("model.safetensors", WeightFiles.GoodSafetensors())) })
        {
            var result = rating[name];
            Assert.Null(result.Failure);
            Assert.True(result.Score is -1 or (>= 0 and <= 1));
            Assert.Equal(Metric(name).Probes, result.Findings.Select(f => f.Probe));
            Assert.All(result.Findings.Where(f => f.Outcome is Outcome.False or Outcome.NotLearnt), f => Assert.False(string.IsNullOrWhiteSpace(f.Remediation)));
            Assert.All(result.Findings, f => Assert.False(string.IsNullOrWhiteSpace(f.Message)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_evaluation_refuses_when_a_finding_is_missing_foreign_or_there_twice(string name)
    {
        var metric = Metric(name);
        var findings = metric.Probes.Select(p => Finding.True(p, "Yes.", 1)).ToList();

        Assert.Throws<MissingFindingsException>(() => new MetricFindings(name, metric.Probes, findings[1..]));
        Assert.Throws<MissingFindingsException>(() => new MetricFindings(name, metric.Probes, [.. findings, findings[0]]));
        Assert.Throws<MissingFindingsException>(() => new MetricFindings(name, metric.Probes, [.. findings[1..], Finding.True("foreign", "Yes.")]));
        Assert.InRange(metric.Evaluate(new(name, metric.Probes, findings)).Value, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_evaluation_never_falls_when_one_finding_improves(string name)
    {
        var metric = Metric(name);
        // Bytes of weights are the one amount of which less is better; whether a question arises is not better or worse.
        string[] skipped = ["weights_found", "repository_linked"];
        var outcome = Gen.Elements(Outcome.False, Outcome.NotLearnt, Outcome.True);
        var amount = Gen.Choose(0, 300).Select(n => n / 100.0);
        var finding = from o in outcome from a in amount select (Outcome: o, Amount: a);
        var all = from findings in finding.ArrayOf(metric.Probes.Count) from at in Gen.Choose(0, metric.Probes.Count - 1) from more in Gen.Choose(0, 200) select (findings, at, more);

        FsCheck.Check.One(Quiet, Prop.ForAll(all.ToArbitrary(), x =>
        {
            if (skipped.Contains(metric.Probes[x.at])) return true;
            var better = x.findings.ToArray();
            better[x.at] = better[x.at].Outcome == Outcome.True ? (Outcome.True, better[x.at].Amount + x.more / 100.0) : (Outcome.True, better[x.at].Amount);
            // Not applicable (-1) stands outside of the order: it turns into a score when there is something to score.
            return Evaluate(better) >= Evaluate(x.findings) - 1e-12;
        }));

        double Evaluate((Outcome Outcome, double Amount)[] findings) => metric.Evaluate(new(
            metric.Name,
            metric.Probes,
            [.. findings.Select((f, i) => new Finding { Probe = metric.Probes[i], Outcome = f.Outcome, Amount = f.Amount, Message = "x" })])).Value;
    }

    /// <summary>What is taken away from a good card, the metric that must fall for it.</summary>
    [Theory]
    [InlineData("ramp_up_time", "## How to use", "## Notes")]
    [InlineData("ramp_up_time", "pipeline_tag: text-classification\n", "")]
    [InlineData("ramp_up_time", "## Limitations", "## Other")]
    [InlineData("ramp_up_time", "pip install transformers", "ls")]
    [InlineData("performance_claims", "    - {type: f1, value: 0.9}\n", "")]
    [InlineData("performance_claims", "| Tweets | 0.85 |\n", "")]
    [InlineData("performance_claims", "https://arxiv.org/abs/2401.00001", "our paper")]
    [InlineData("license", "license: apache-2.0", "license: gpl-3.0")]
    [InlineData("license", "license: apache-2.0", "license: mit")]
    [InlineData("license", "license: apache-2.0", "license: cc-by-nc-4.0")]
    [InlineData("license", "license: apache-2.0\n", "")]
    [InlineData("dataset_and_code_score", "https://github.com/acme/train", "our repository")]
    [InlineData("dataset_quality", "20,000 reviews", "Reviews")]
    [InlineData("dataset_quality", "The reviewers are not representative of all customers, a known bias.", "")]
    [InlineData("dataset_quality", "released under CC0", "released")]
    [InlineData("reproducibility", "model=\"acme/model\")", "model=\"acme/model\"")]
    [InlineData("reproducibility", "model=\"acme/model\"", "model=\"other/thing\"")]
    [InlineData("reproducibility", "from transformers import pipeline", "from magic import pipeline")]
    [InlineData("reproducibility", "```python", "```text")]
    public async Task Damaging_a_good_card_lowers_the_metric(string metric, string good, string damaged)
    {
        Assert.Contains(good, Cards.Good, StringComparison.Ordinal);

        var before = await RateCard(Cards.Good);
        var after = await RateCard(Cards.Good.Replace(good, damaged, StringComparison.Ordinal));

        Assert.True(after[metric].Score < before[metric].Score, $"{metric}: {after[metric].Score} is not below {before[metric].Score}");
    }

    [Theory]
    [InlineData("ramp_up_time", "config.json", "{\"model_type\":\"bert\"}")]
    [InlineData("ramp_up_time", "tokenizer.json", "{}")]
    [InlineData("performance_claims", "evaluate.py", "pass")]
    [InlineData("code_quality", "tests/test_train.py", "pass")]
    [InlineData("dataset_and_code_score", "train.py", "pass")]
    [InlineData("dataset_and_code_score", "data.csv", "a,b")]
    public async Task Adding_a_file_raises_the_metric(string metric, string path, string content)
    {
        var before = await RateCard(Cards.Good);
        var after = await RateCard(Cards.Good, Text(path, content));

        Assert.True(after[metric].Score > before[metric].Score);
    }

    [Fact]
    public async Task What_the_files_cannot_tell_is_not_learnt_and_earns_nothing()
    {
        var rating = await RateCard(Cards.Good);

        Assert.Equal(0, rating.BusFactor.Score);
        Assert.All(rating.BusFactor.Findings, f => Assert.Equal(Outcome.NotLearnt, f.Outcome));
        Assert.Equal(-1, rating.Reviewedness.Score);
        Assert.Equal(0.5, rating.Reproducibility.Score);
        Assert.Equal(-1, rating.TreeScore.Score);
        Assert.Equal(-1, (await RateCard(Cards.Poor)).Reviewedness.Score);
    }

    [Fact]
    public async Task Good_is_above_poor_and_poor_is_above_nothing()
    {
        var weights = ("model.safetensors", WeightFiles.GoodSafetensors());
        var good = await RateCard(Cards.Good, weights);
        var poor = await RateCard(Cards.Poor, weights);
        var nothing = await Rate(("data.bin", [1]));

        Assert.True(good.NetScore > poor.NetScore + 0.3);
        Assert.True(poor.NetScore > nothing.NetScore);
        Assert.Equal(0, nothing.NetScore);
        Assert.Equal("text-classification", good.Category);
        Assert.Equal("model", poor.Category);
    }

    [Fact]
    public void A_hundred_and_fifty_megabytes_score_as_the_published_rating_does()
    {
        double[] scores = [.. SizeMetric.Devices.Values.Select(memory => Math.Round(SizeMetric.Fit(150e6, memory), 2))];

        Assert.Equal([0.90, 0.95, 1.00, 1.00], scores);
    }

    [Fact]
    public void More_bytes_never_fit_better_and_more_memory_never_worse() =>
        FsCheck.Check.One(Quiet, Prop.ForAll(
            (from a in Gen.Choose(0, int.MaxValue) from b in Gen.Choose(0, int.MaxValue) from c in Gen.Choose(1, int.MaxValue) select (a, b, c)).ToArbitrary(),
            x => SizeMetric.Fit((double)x.a + x.b, x.c) <= SizeMetric.Fit(x.a, x.c) && SizeMetric.Fit(x.a, (double)x.c + x.b) >= SizeMetric.Fit(x.a, x.c)));


    [Fact]
    public async Task A_model_without_weights_fits_nowhere_and_the_finding_says_why()
    {
        var size = (await RateCard(Cards.Good)).SizeScore;

        Assert.All(size.Parts!.Values, s => Assert.Equal(0, s));
        Assert.Equal(4, size.Parts!.Count);
        Assert.Equal(Outcome.False, Assert.Single(size.Findings).Outcome);
    }

    [Fact]
    public async Task Facts_alone_give_the_same_scores_again_after_being_stored()
    {
        var rating = await RateCard(Cards.Good, ("model.safetensors", WeightFiles.GoodSafetensors()));
        var stored = Rating.Deserialize(rating.Serialize());

        var again = RatingEngine.Rate(stored.Facts, ScoringPolicy.Default, Metrics.All, TimeProvider.System);

        Assert.Equal(rating.Metrics.Select(m => m.Score), again.Metrics.Select(m => m.Score));
        Assert.Equal(rating.NetScore, again.NetScore);
        Assert.Equal(rating.FactsDigest, again.FactsDigest);
        Assert.Equal(rating.SizeScore.Parts, again.SizeScore.Parts);
    }
}
