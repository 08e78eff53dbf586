using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Tests.Scoring.Weights;

namespace Acme.Registry.Tests.Scoring;

public sealed class RatingServiceTests
{
    private readonly Registered _registered = new();

    private static string Child(string parent) => $"---\nbase_model: {parent}\nlicense: mit\n---\nA child.";

    [Fact]
    public async Task A_stored_rating_is_read_as_it_is_while_nothing_changes()
    {
        var model = await _registered.PublishModelAsync("acme/model", Cards.Good);
        var saves = _registered.Catalog.Saves;
        _registered.Time.Advance(TimeSpan.FromHours(1));

        var rating = await _registered.RateAsync(model);

        Assert.Equal(model.Rating!.RatedAt, rating.RatedAt);
        Assert.Equal(model.Rating.NetScore, rating.NetScore);
        Assert.Equal("Apache-2.0", model.License);
        Assert.Equal(saves, _registered.Catalog.Saves);
    }

    [Fact]
    public async Task A_record_names_the_findings_that_did_not_come_out_true_and_an_older_one_does_after_it_is_read()
    {
        var model = await _registered.PublishModelAsync("acme/model", Cards.Poor);
        var rating = await _registered.RateAsync(model);
        var unmet = rating.Metrics.SelectMany(m => m.Findings.Where(f => f.Outcome is Outcome.False or Outcome.NotLearnt).Select(f => $"{m.Name}.{f.Probe}")).ToList();
        Assert.NotEmpty(unmet);
        Assert.Equal(unmet, model.Rating!.Findings);
        Assert.Empty(unmet.Select(id => $"finding:{id}").Except(model.Labels()));

        var old = (await _registered.Catalog.FindAsync(model.Id))!;
        await _registered.Catalog.SaveAsync(old.Item with { Rating = old.Item.Rating! with { Findings = null } }, null, old.Version);
        await _registered.RateAsync(model);
        Assert.Equal(model.Rating, (await _registered.Catalog.FindAsync(model.Id))!.Item.Rating);
    }

    [Fact]
    public async Task A_parent_that_is_registered_later_counts_from_then_on_and_is_kept()
    {
        var child = await _registered.PublishModelAsync("acme/child", Child("acme/parent"));
        Assert.Equal(-1, (await _registered.RateAsync(child)).TreeScore.Score);

        var parent = await _registered.PublishModelAsync("acme/parent", Cards.Good, ("model.safetensors", WeightFiles.GoodSafetensors()));
        var rating = await _registered.RateAsync(child);

        Assert.Equal(parent.Rating!.NetScore, rating.TreeScore.Score);
        Assert.Equal(rating.NetScore, (await _registered.Catalog.FindAsync(child.Id))!.Item.Rating!.NetScore);
        await _registered.Catalog.DeleteAsync(parent.Id);
        Assert.Equal(-1, (await _registered.RateAsync(child)).TreeScore.Score);
    }

    [Fact]
    public async Task The_order_of_registration_does_not_matter()
    {
        string[] cards = [Child("acme/m1"), Child("acme/m2"), Cards.Good.Replace("acme/base", "acme/none", StringComparison.Ordinal)];
        var scores = new List<double>();
        foreach (var order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 2, 0] })
        {
            var registered = new Registered();
            Artifact? youngest = null;
            foreach (var i in order)
            {
                var published = await registered.PublishModelAsync($"acme/m{i}", cards[i]);
                if (i == 0) youngest = published;
            }
            scores.Add((await registered.RateAsync(youngest!)).NetScore);
        }
        Assert.Equal(scores[0], scores[1]);
        Assert.Equal(scores[0], scores[2]);
    }

    [Fact]
    public async Task Models_that_name_each_other_are_rated()
    {
        var a = await _registered.PublishModelAsync("acme/a", Child("acme/b"));
        var b = await _registered.PublishModelAsync("acme/b", Child("acme/a"));

        Assert.InRange((await _registered.RateAsync(a)).TreeScore.Score, 0.01, 1);
        Assert.InRange((await _registered.RateAsync(b)).TreeScore.Score, 0.01, 1);
    }

    [Fact]
    public async Task Another_policy_gives_another_verdict_and_the_same_scores()
    {
        var model = await _registered.PublishModelAsync("acme/model", Cards.Poor);
        var strict = _registered.Service(ScoringPolicy.Strict);

        var rating = await strict.GetAsync((await _registered.Catalog.FindAsync(model.Id))!);

        Assert.True(model.Rating!.Accepted);
        Assert.True(rating.Verdict.Rejects);
        Assert.Equal(model.Rating.NetScore, rating.NetScore);
        Assert.False((await _registered.Catalog.FindAsync(model.Id))!.Item.Rating!.Accepted);
    }

    [Fact]
    public async Task Many_readers_share_one_renewal()
    {
        var child = await _registered.PublishModelAsync("acme/child", Child("acme/parent"));
        await _registered.PublishModelAsync("acme/parent", Cards.Good);
        var stale = (await _registered.Catalog.FindAsync(child.Id))!;
        var saves = _registered.Catalog.Saves;

        var ratings = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _registered.Ratings.GetAsync(stale)));

        Assert.Single(ratings.Select(r => r.NetScore).Distinct());
        Assert.Equal(saves + 1, _registered.Catalog.Saves);
    }

    [Fact]
    public async Task A_renewal_that_comes_too_late_answers_and_brings_nothing_back()
    {
        var child = await _registered.PublishModelAsync("acme/child", Child("acme/parent"));
        await _registered.PublishModelAsync("acme/parent", Cards.Good);
        var stale = (await _registered.Catalog.FindAsync(child.Id))!;
        await _registered.Catalog.DeleteAsync(child.Id);

        Assert.InRange((await _registered.Ratings.GetAsync(stale)).TreeScore.Score, 0.01, 1);
        Assert.Null(await _registered.Catalog.FindAsync(child.Id));
    }

    [Fact]
    public async Task A_metric_that_throws_is_named_and_the_others_are_there()
    {
        var broken = _registered.Service(ScoringPolicy.Default, [.. Metrics.All.Where(m => m.Name != "license"), new Broken()]);
        var model = await _registered.PublishModelAsync("acme/model", Cards.Good);
        var artifact = (await _registered.Catalog.FindAsync(model.Id))!;
        var assessed = await broken.AssessAsync(new(model.Id, model.Type, model.Name, model.Url), await _registered.StoreAsync(Registered.Text("README.md", Cards.Good)));

        var e = await Assert.ThrowsAsync<RatingFailedException>(() => broken.GetAsync(new(artifact.Item with { Rating = assessed.Reference }, artifact.Version)));

        Assert.Equal("license", e.Metric);
        Assert.Contains("upside down", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Rating.RampUpTime.Score, 0.1, 1);
        Assert.InRange(e.Rating.NetScore, 0.1, 1);
    }

    [Fact]
    public async Task A_dataset_is_looked_at_but_not_rated()
    {
        var dataset = await _registered.PublishAsync(ArtifactType.Dataset, "d", "https://example.org/d", Registered.Text("README.md", "---\nlicense: cc-by-4.0\nbase_model: x/y\n---\n"));

        Assert.Equal("CC-BY-4.0", dataset.License);
        Assert.Null(dataset.Rating);
        Assert.Empty(dataset.Parents);
    }

    private sealed class Broken : IMetric
    {
        public string Name => "license";

        public IReadOnlyList<string> Probes => [];

        public IReadOnlyList<Finding> Ask(RatedModel model) => throw new InvalidOperationException("It was upside down.");

        public MetricScore Evaluate(MetricFindings findings) => 1;
    }
}
