using System.Text;
using System.Text.Json;

namespace Acme.Api.Tests.Ratings;

public sealed class RatingTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private const string GoodCard = """
        ---
        license: apache-2.0
        pipeline_tag: text-classification
        datasets: [acme/reviews]
        ---
        # A good model

        ## Usage

        ```python
        from transformers import pipeline
        classify = pipeline("text-classification", model="rated-good")
        ```

        ## Limitations

        Trained on English only.

        ## Evaluation

        | dataset | metric | value |
        |---|---|---|
        | reviews | accuracy | 0.91 |
        """;

    [Fact]
    public async Task Every_metric_is_explained_by_findings_and_those_say_what_would_help()
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard), "rated-good");
        var rate = await JsonAsync($"/artifact/model/{id}/rate");
        var explained = await JsonAsync($"/artifact/model/{id}/rating");
        var metrics = explained.GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal(11, metrics.Length);
        foreach (var metric in metrics)
        {
            var name = metric.GetProperty("name").GetString()!;
            if (name != "size_score") Assert.Equal(rate.GetProperty(name).GetDouble(), metric.GetProperty("score").GetDouble());
            var findings = metric.GetProperty("findings").EnumerateArray().ToArray();
            Assert.NotEmpty(findings);
            Assert.All(findings.Where(f => f.GetProperty("outcome").GetString() is "false" or "not_learnt"), f => Assert.NotEmpty(f.GetProperty("remediation").GetString()!));
        }
        Assert.Equal("text-classification", rate.GetProperty("category").GetString());
        Assert.Equal("not_learnt", Finding(metrics, "bus_factor", "effective_committers"));
        Assert.Equal(-1, rate.GetProperty("reviewedness").GetDouble());
        Assert.Equal(64, explained.GetProperty("facts_digest").GetString()!.Length);
    }

    [Fact]
    public async Task A_better_documented_model_scores_higher()
    {
        var good = await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard), "rated-better");
        var poor = await registry.Admin.UploadAsync(Zips.SmallModel(""), "rated-worse");
        Assert.True((await JsonAsync($"/artifact/model/{good}/rate")).GetProperty("net_score").GetDouble()
            > (await JsonAsync($"/artifact/model/{poor}/rate")).GetProperty("net_score").GetDouble());
    }

    [Fact]
    public async Task Size_is_read_from_the_weight_headers()
    {
        var small = await registry.Admin.UploadAsync(Zips.SmallModel(), "rated-small");
        var none = await registry.Admin.UploadAsync(Zips.Of(("README.md", "# no weights"u8.ToArray())), "rated-weightless");
        var hostile = await registry.Admin.UploadAsync(
            Zips.Of(("README.md", "# lies"u8.ToArray()), ("model.safetensors", Encoding.UTF8.GetBytes("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f{}"))), "rated-hostile");
        Assert.True((await JsonAsync($"/artifact/model/{small}/rate")).GetProperty("size_score").GetProperty("raspberry_pi").GetDouble() > 0.9);
        Assert.Equal(0, (await JsonAsync($"/artifact/model/{none}/rate")).GetProperty("size_score").GetProperty("aws_server").GetDouble());
        await JsonAsync($"/artifact/model/{hostile}/rate");
    }

    [Fact]
    public async Task The_tree_score_follows_parents_that_are_registered_later()
    {
        var child = await registry.Admin.UploadAsync(
            Zips.Of(("README.md", "---\nbase_model: rated-parent\n---\n# child"u8.ToArray()), ("config.json", "{}"u8.ToArray())), "rated-child");
        Assert.Equal(-1, (await JsonAsync($"/artifact/model/{child}/rate")).GetProperty("tree_score").GetDouble());
        var parent = await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard), "rated-parent");
        var net = (await JsonAsync($"/artifact/model/{parent}/rate")).GetProperty("net_score").GetDouble();
        Assert.Equal(net, (await JsonAsync($"/artifact/model/{child}/rate")).GetProperty("tree_score").GetDouble(), 6);
    }

    [Fact]
    public async Task An_enforced_policy_rejects_with_every_reason_and_registers_nothing()
    {
        await using var app = await RegistryApp.StartAsync("--Scoring:Policy", "strict");
        using var admin = await app.SignedInAsync();
        using var response = await admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel(""), "rejected"));
        await response.ProblemAsync(424);
        var reasons = (await response.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!).ToArray();
        Assert.Contains(reasons, r => r.Contains("bus_factor"));
        Assert.Contains(reasons, r => r.Contains("license"));
        using var list = await admin.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        Assert.Equal(0, (await list.JsonAsync()).GetArrayLength());
    }

    [Fact]
    public async Task A_replay_of_the_stored_facts_gives_the_same_numbers()
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard), "rated-again");
        var rate = await JsonAsync($"/artifact/model/{id}/rate");
        using var response = await registry.Admin.PostAsync($"/artifact/model/{id}/rating/replay", null);
        var replay = await response.JsonAsync();

        Assert.True(replay.GetProperty("agrees").GetBoolean());
        Assert.Equal(rate.GetProperty("net_score").GetDouble(), replay.GetProperty("replayed").GetProperty("net_score").GetDouble());
        Assert.Equal(rate.GetProperty("size_score").GetProperty("jetson_nano").GetDouble(), replay.GetProperty("replayed").GetProperty("size_score.jetson_nano").GetDouble());
        Assert.Equal(16, replay.GetProperty("stored").EnumerateObject().Count());
        Assert.Equal(replay.GetProperty("facts_digest").GetString(), replay.GetProperty("replayed_facts_digest").GetString());
        await (await registry.Admin.PostAsync("/artifact/model/0000000000/rating/replay", null)).ProblemAsync(404);
    }

    [Fact]
    public async Task The_explanation_says_what_the_facts_were_read_from_and_how_long_it_took()
    {
        await registry.Admin.UploadAsync(Zips.Of(("README.md", "# Data\n\n500 reviews under the MIT licence."u8.ToArray())), "acme/reviews", "dataset");
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard), "rated-sources");
        var explained = await JsonAsync($"/artifact/model/{id}/rating");

        var source = explained.GetProperty("sources").EnumerateArray().Single(s => s.TryGetProperty("artifact_id", out _));
        Assert.Equal("dataset", source.GetProperty("kind").GetString());
        Assert.Contains("registered", source.GetProperty("found_by").GetString());
        Assert.All(explained.GetProperty("metrics").EnumerateArray(), m => Assert.True(m.GetProperty("latency").GetDouble() > 0));
        Assert.Contains(explained.GetProperty("metrics").EnumerateArray(), m => m.GetProperty("would_raise").GetArrayLength() > 0);
    }

    [Fact]
    public async Task Thirteen_ratings_at_once_are_all_answered()
    {
        var ids = new List<string>();
        for (var i = 0; i < 13; i++) ids.Add(await registry.Admin.UploadAsync(Zips.SmallModel(GoodCard + $"\nNumber {i}."), $"rated-at-once-{i}"));

        var answers = await Task.WhenAll(ids.Select(id => JsonAsync($"/artifact/model/{id}/rate")));

        Assert.Equal(13, answers.Select(a => a.GetProperty("name").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("---\nlicense: [\n---\n# Broken")]
    [InlineData("---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\nlicense: mit\n---\n# Bomb")]
    [InlineData("---\nlicense: mit")]
    public async Task A_card_with_bad_metadata_is_rated_without_them(string card)
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(card), $"rated-{Guid.NewGuid():N}");

        Assert.Equal(0, (await JsonAsync($"/artifact/model/{id}/rate")).GetProperty("license").GetDouble());
    }

    [Theory]
    [InlineData("> ")]
    [InlineData("[")]
    [InlineData("- ")]
    [InlineData("```\n")]
    [InlineData("| a ")]
    [InlineData("_*")]
    public async Task A_card_of_two_megabytes_of_hostile_markdown_is_rated(string piece)
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(string.Concat(Enumerable.Repeat(piece, (2 << 20) / piece.Length))), $"rated-{Guid.NewGuid():N}");

        Assert.InRange((await JsonAsync($"/artifact/model/{id}/rate")).GetProperty("net_score").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task A_dataset_has_no_rating()
    {
        var id = await registry.Admin.UploadAsync(Zips.Of(("data.csv", "a,b\n"u8.ToArray())), "rated-dataset", "dataset");
        await (await registry.Admin.GetAsync($"/artifact/model/{id}/rate")).ProblemAsync(404);
    }

    private static string? Finding(JsonElement[] metrics, string metric, string probe) =>
        metrics.Single(m => m.GetProperty("name").GetString() == metric).GetProperty("findings").EnumerateArray()
            .Single(f => f.GetProperty("probe").GetString() == probe).GetProperty("outcome").GetString();

    private async Task<JsonElement> JsonAsync(string path)
    {
        using var response = await registry.Admin.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }
}
