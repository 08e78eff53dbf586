using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Links;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Scoring;

public sealed class LinkedFactsTests
{
    private const string Card = """
        ---
        datasets: [acme/reviews]
        ---
        # Model

        Made with https://github.com/tools/library and trained by https://github.com/acme/train/tree/main/sub.
        """;

    private readonly Registered _registered = new();

    private async Task<Rating> RatingOfAsync(Artifact model) => await _registered.RateAsync((await _registered.Catalog.FindAsync(model.Id))!.Item);

    [Fact]
    public async Task What_the_card_names_is_read_and_the_closest_repository_comes_first()
    {
        _registered.Hosts.Add(Linked.Repository());
        _registered.Hosts.Add(Linked.Repository("https://github.com/tools/library"));
        _registered.Hosts.Add(Linked.Dataset());

        var facts = (await RatingOfAsync(await _registered.PublishModelAsync("acme/model", Card))).Facts;

        Assert.Equal(["https://github.com/acme/train", "https://github.com/tools/library"], facts.Repositories.Select(r => r.Url));
        Assert.Equal(new FoundBy("the card links it", "README.md", 6), facts.Repositories[0].FoundBy);
        Assert.Equal("acme/reviews", Assert.Single(facts.Datasets).Name);
        Assert.Equal("the card's datasets name it", facts.Datasets[0].FoundBy.How);
        Assert.Empty(_registered.Catalog.JobsAdded.All);
    }

    [Fact]
    public async Task Scores_rise_with_what_is_read_and_the_evidence_points_there()
    {
        var before = await RatingOfAsync(await _registered.PublishModelAsync("acme/before", Card));
        _registered.Hosts.Add(Linked.Repository());
        _registered.Hosts.Add(Linked.Dataset());
        var after = await RatingOfAsync(await _registered.PublishModelAsync("acme/after", Card));

        foreach (var metric in new[] { "bus_factor", "code_quality", "dataset_and_code_score", "dataset_quality", "reviewedness" })
            Assert.True(after[metric].Score > before[metric].Score, $"{metric}: {before[metric].Score} to {after[metric].Score}");
        Assert.Equal(-1, before.Reviewedness.Score);
        Assert.Equal(0.9, after.Reviewedness.Score, 9);
        Assert.Contains(after.Reviewedness.Findings.SelectMany(f => f.Evidence), e => e.Url == "https://github.com/acme/train/pull/7");
        Assert.Contains(after.BusFactor.Findings.SelectMany(f => f.Evidence), e => e.Url == "https://github.com/acme/train");
    }

    [Fact]
    public async Task A_library_beside_the_models_own_code_does_not_stand_in_for_it()
    {
        _registered.Hosts.Add(Linked.Repository("https://github.com/tools/library"));
        _registered.Hosts.Add(Linked.Repository() with { Files = ["train.py"], History = Linked.History(1), Reviews = null, Problem = "Out of quota.", IsTransient = true });

        var rating = await RatingOfAsync(await _registered.PublishModelAsync("acme/model", Card));

        Assert.Equal(-1, rating.Reviewedness.Score);
        Assert.Equal(0.36, rating.BusFactor.Score, 9);
        Assert.Equal(0.15, rating.CodeQuality.Score, 9);
    }

    [Fact]
    public async Task No_more_is_read_than_the_bounds_allow()
    {
        var links = string.Join("\n", Enumerable.Range(0, 50).Select(i => $"https://github.com/o{i}/r and https://huggingface.co/datasets/o{i}/d"));

        await _registered.PublishModelAsync("acme/model", links);

        Assert.Equal(LinkedFactsCollector.MaxRepositories, _registered.Hosts.Asked.Count(a => a.StartsWith("https:", StringComparison.Ordinal)));
        Assert.Equal(LinkedFactsCollector.MaxRepositories + LinkedFactsCollector.MaxDatasets, _registered.Hosts.Asked.Count);
    }

    [Fact]
    public async Task A_host_that_throws_or_never_answers_leaves_its_metrics_not_learnt_and_a_job_behind()
    {
        var hangs = new TaskCompletionSource<RepositoryFacts>();
        var asked = new TaskCompletionSource();
        _registered.Hosts.Repositories["https://github.com/acme/train"] = () =>
        {
            asked.SetResult();
            return hangs.Task;
        };
        _registered.Hosts.Repositories["https://github.com/tools/library"] = () => throw new InvalidOperationException("The host broke.");

        var publishing = _registered.PublishModelAsync("acme/model", Card);
        await asked.Task;
        _registered.Time.Advance(LinkedFactsCollector.TimeLimit);
        var model = await publishing;
        var rating = await RatingOfAsync(model);

        Assert.All(rating.Facts.Repositories, r => Assert.True(r.IsTransient));
        var finding = rating.BusFactor.Findings[0];
        Assert.Equal(Outcome.NotLearnt, finding.Outcome);
        Assert.Contains("8 seconds", finding.Message, StringComparison.Ordinal);
        Assert.Contains("The host broke.", finding.Message, StringComparison.Ordinal);
        Assert.True(rating.RampUpTime.Score > 0);
        Assert.True(rating.BusFactor.Latency >= 8, $"{rating.BusFactor.Latency}");
        Assert.True(rating.License.Latency < 8, $"{rating.License.Latency}");
        Assert.True(rating.NetScoreLatency >= 8);
        var job = Assert.Single(_registered.Catalog.JobsAdded.All);
        Assert.Equal(("rate", _registered.Time.GetUtcNow() + TimeSpan.FromMinutes(2)), (job.Kind, job.DueAt));
    }

    [Fact]
    public async Task The_job_reads_again_until_everything_is_learnt_and_keeps_the_new_rating()
    {
        var outage = Linked.Repository() with { Reviews = null, History = null, Problem = "Out of quota.", IsTransient = true };
        _registered.Hosts.Add(outage);
        var model = await _registered.PublishModelAsync("acme/model", "https://github.com/acme/train");
        var job = new RefreshRatingJob(_registered.Ratings);
        var order = Assert.Single(_registered.Catalog.JobsAdded.All);

        var failure = await Assert.ThrowsAsync<StillNotLearntException>(() => job.RunAsync(order, default));
        Assert.True(job.ShouldRetry(failure, 0));
        Assert.False(job.ShouldRetry(failure, 20));
        _registered.Hosts.Add(Linked.Repository() with { Files = null });
        await job.RunAsync(order, default);

        var rating = await RatingOfAsync(model);
        Assert.Equal(0.9, rating.Reviewedness.Score, 9);
        Assert.Equal(Linked.GoodFiles, rating.Facts.Repositories[0].Files);
        Assert.Null(rating.Facts.Repositories[0].Problem);
        Assert.Equal(rating.NetScore, (await _registered.Catalog.FindAsync(model.Id))!.Item.Rating!.NetScore);
    }

    [Fact]
    public async Task The_job_brings_no_deleted_model_back()
    {
        _registered.Hosts.Add(Linked.Repository() with { IsTransient = true, Problem = "Down." });
        var model = await _registered.PublishModelAsync("acme/model", "https://github.com/acme/train");
        await _registered.Catalog.DeleteAsync(model.Id);

        await new RefreshRatingJob(_registered.Ratings).RunAsync(Assert.Single(_registered.Catalog.JobsAdded.All), default);

        Assert.Null(await _registered.Catalog.FindAsync(model.Id));
    }

    [Theory]
    [InlineData("acme/reviews", "https://huggingface.co/datasets/acme/reviews")]
    [InlineData("reviews", "https://example.org/reviews.zip")]
    [InlineData("acme-reviews", "https://example.org/reviews.zip")]
    [InlineData("anything", "https://huggingface.co/datasets/acme/reviews")]
    public async Task A_registered_dataset_is_found_whether_it_comes_before_or_after_the_model(string name, string url)
    {
        var scores = new List<(double, double)>();
        foreach (var datasetFirst in new[] { true, false })
        {
            var registered = new Registered();
            Artifact? model = null;
            if (!datasetFirst) model = await registered.PublishModelAsync("acme/model", Card);
            await registered.PublishAsync(ArtifactType.Dataset, name, url, Text("README.md", Linked.GoodDatasetCard));
            model ??= await registered.PublishModelAsync("acme/model", Card);
            var rating = await registered.RateAsync(model);
            scores.Add((rating.DatasetQuality.Score, rating.NetScore));
            Assert.Contains("registered", rating.Facts.Datasets.Single(d => d.Registered is not null).FoundBy.How, StringComparison.Ordinal);
        }
        Assert.Equal(1, scores[0].Item1);
        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public async Task Registered_code_counts_from_its_registration_to_its_deletion_and_is_kept_once()
    {
        var model = await _registered.PublishModelAsync("acme/model", Card);
        Assert.Equal(0, (await RatingOfAsync(model)).CodeQuality.Score);
        var code = await _registered.PublishAsync(ArtifactType.Code, "acme-train", "https://github.com/acme/train.git", [.. Linked.GoodFiles.Select(f => Text(f, "x"))]);
        var saves = _registered.Catalog.Saves;

        Assert.Equal(0.85, (await RatingOfAsync(model)).CodeQuality.Score, 9);
        Assert.Equal(0.85, (await RatingOfAsync(model)).CodeQuality.Score, 9);
        Assert.Equal(saves + 1, _registered.Catalog.Saves);

        await _registered.Catalog.DeleteAsync(code.Id);
        Assert.Equal(0, (await RatingOfAsync(model)).CodeQuality.Score);
    }

    [Fact]
    public async Task A_namesake_from_another_owner_is_another_dataset()
    {
        var model = await _registered.PublishModelAsync("acme/model", Card);
        await _registered.PublishAsync(ArtifactType.Dataset, "reviews", "https://huggingface.co/datasets/others/reviews", Text("README.md", Linked.GoodDatasetCard));

        Assert.DoesNotContain((await RatingOfAsync(model)).Facts.Datasets, d => d.Registered is not null);
    }

    [Fact]
    public async Task A_name_in_the_prose_about_data_finds_a_registered_dataset()
    {
        var model = await _registered.PublishModelAsync("acme/model", "# Model\n\n## Training data\n\nIt was trained on BookCorpus and on others.");
        await _registered.PublishAsync(ArtifactType.Dataset, "bookcorpus", "https://example.org/b.zip", Text("README.md", Linked.GoodDatasetCard));

        var rating = await RatingOfAsync(model);

        Assert.Equal(1, rating.DatasetQuality.Score);
        Assert.Equal(0.5, rating.DatasetAndCode.Score);
        Assert.Equal("a registered artifact has the name 'bookcorpus'", Assert.Single(rating.Facts.Datasets).FoundBy.How);
    }
}
