using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources;
using Acme.Registry.Tests.Zip;
using Acme.Upstreams.HuggingFace;

namespace Acme.Registry.Tests.Sources.HuggingFace;

public sealed class HuggingFaceSourceTests(SharedUpstreams shared) : IClassFixture<SharedUpstreams>, IDisposable
{
    private readonly Hub _hub = new(shared.Server);

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("https://huggingface.co/google-bert/bert-base-uncased", "bert-base-uncased")]
    [InlineData("https://huggingface.co/google-bert/bert-base-uncased/", "bert-base-uncased")]
    [InlineData("https://huggingface.co/openai/whisper-tiny/tree/main", "whisper-tiny")]
    [InlineData("https://huggingface.co/openai/whisper-tiny/tree/main/sub/folder?x=1#top", "whisper-tiny")]
    [InlineData("https://huggingface.co/openai/whisper-tiny/blob/main/README.md", "whisper-tiny")]
    [InlineData("https://huggingface.co/openai/whisper-tiny/resolve/main/model.safetensors?download=true", "whisper-tiny")]
    [InlineData("https://huggingface.co/distilbert-base-uncased-distilled-squad", "distilbert-base-uncased-distilled-squad")]
    [InlineData("https://huggingface.co/distilbert-base-uncased-distilled-squad/tree/main", "distilbert-base-uncased-distilled-squad")]
    [InlineData("https://huggingface.co/datasets/rajpurkar/squad", "squad")]
    [InlineData("https://huggingface.co/datasets/squad/tree/main", "squad")]
    [InlineData("https://HuggingFace.co/a/b", "b")]
    [InlineData("http://hf.co/a/b", "b")]
    [InlineData("https://www.huggingface.co/a/b", "b")]
    [InlineData("https://huggingface.co/spaces/a/b", "b")]
    [InlineData("https://huggingface.co/", "huggingface.co")]
    public void The_name_is_the_last_segment_of_the_id(string url, string name)
    {
        Assert.True(_hub.Source.Handles(new(url)));
        Assert.Equal(name, _hub.Source.NameFor(new(url)));
    }

    [Theory]
    [InlineData("https://github.com/a/b")]
    [InlineData("https://huggingface.co.example.com/a/b")]
    [InlineData("https://example.com/huggingface.co/a")]
    [InlineData("https://huggingface.co@example.com/a/b")]
    public void URLs_of_others_are_left_to_others(string url) => Assert.False(_hub.Source.Handles(new(url)));

    [Fact]
    public async Task URLs_below_the_endpoint_are_its_own_and_those_beside_it_are_not()
    {
        var endpoint = shared.Server.HuggingFace;
        Assert.False(_hub.Source.Handles(new(endpoint, "/hfx/a/b")));
        Assert.False(_hub.Source.Handles(new(endpoint, "/kaggle/a/b")));
        await using var snapshot = await _hub.Source.FetchAsync(new($"{endpoint}/acme-labs/scratch"), ArtifactType.Model, default);
        Assert.Equal("https://huggingface.co/acme-labs/scratch", snapshot.Hub!.Url);
    }

    [Fact]
    public async Task A_model_comes_with_all_its_files_through_many_pages()
    {
        await using var snapshot = await _hub.FetchAsync("acme-research/tinybert-sentiment");
        Assert.Equal(
            [".gitattributes", "LICENSE", "README.md", "config.json", "eval/results.json", "eval/run_config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"],
            snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        foreach (var file in snapshot.Files) Assert.Equal(file.Size, (await ZipReading.ReadAsync(file)).Length);
    }

    [Fact]
    public async Task Weights_are_announced_by_URL_and_digest_and_can_be_read_at_once_too()
    {
        await using var snapshot = await _hub.FetchAsync("acme-research/tinybert-sentiment");
        var weights = Assert.Single(snapshot.Files, f => f.Remote is not null);
        Assert.Equal("model.safetensors", weights.Path);
        Assert.Equal($"{shared.Server.HuggingFace}/acme-research/tinybert-sentiment/resolve/{snapshot.Hub!.Commit}/model.safetensors", weights.Remote!.Url.AbsoluteUri);
        var content = await ZipReading.ReadAsync(weights);
        Assert.Equal(weights.Remote.Digest, Sha256Digest.FromBytes(SHA256.HashData(content)));
    }

    [Fact]
    public async Task The_hub_tells_what_it_knows_about_a_model()
    {
        await using var snapshot = await _hub.FetchAsync("acme-research/tinybert-sentiment");
        var facts = snapshot.Hub!;
        Assert.Equal("https://huggingface.co/acme-research/tinybert-sentiment", facts.Url);
        Assert.Equal(("text-classification", "transformers", "apache-2.0"), (facts.PipelineTag, facts.LibraryName, facts.License));
        Assert.Equal((48211L, 173), (facts.Downloads, facts.Likes));
        Assert.Contains("license:apache-2.0", facts.Tags);
        Assert.Equal(40, facts.Commit!.Length);
        Assert.Null(facts.Problem);
    }

    [Fact]
    public async Task Committers_of_the_last_year_are_counted_without_bots()
    {
        await using var snapshot = await _hub.FetchAsync("acme-research/tinybert-sentiment");
        var history = snapshot.Hub!.History!;
        Assert.Equal([new("mira", 4), new("adaeze", 3), new CommitterFact("jonas", 3)], history.Committers);
        Assert.True(history.IsComplete);
        Assert.InRange(history.LastCommitAt!.Value, DateTimeOffset.UtcNow.AddDays(-3).AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(-3).AddMinutes(5));
    }

    [Fact]
    public async Task A_model_without_recent_commits_still_tells_its_last_one()
    {
        await using var snapshot = await _hub.FetchAsync("acme-labs/scratch");
        Assert.Empty(snapshot.Hub!.History!.Committers);
        Assert.InRange(snapshot.Hub.History.LastCommitAt!.Value, DateTimeOffset.UtcNow.AddDays(-801), DateTimeOffset.UtcNow.AddDays(-799));
    }

    [Fact]
    public async Task A_hub_that_lists_no_commits_is_no_problem()
    {
        await using var snapshot = await _hub.FetchAsync("acme-labs/no-readme");
        Assert.Null(snapshot.Hub!.History);
        Assert.Null(snapshot.Hub.Problem);
    }

    [Fact]
    public async Task A_hub_without_trees_is_asked_for_siblings()
    {
        await using var snapshot = await _hub.FetchAsync("toy-base-uncased");
        Assert.Equal(5, snapshot.Files.Count);
        Assert.Equal("model.safetensors", Assert.Single(snapshot.Files, f => f.Remote is not null).Path);
        foreach (var file in snapshot.Files) Assert.Equal(file.Size, (await ZipReading.ReadAsync(file)).Length);
    }

    [Theory]
    [InlineData("datasets/acme-research/mini-squad", "cc-by-4.0", 4)]
    [InlineData("datasets/toy-reviews/tree/main", "cc0-1.0", 3)]
    public async Task Datasets_come_alike(string path, string license, int files)
    {
        await using var snapshot = await _hub.FetchAsync(path, ArtifactType.Dataset);
        Assert.Equal(files, snapshot.Files.Count);
        Assert.Equal(license, snapshot.Hub!.License);
        foreach (var file in snapshot.Files) Assert.Equal(file.Size, (await ZipReading.ReadAsync(file)).Length);
    }

    [Theory]
    [InlineData("acme-research/tinybert-sentiment/tree/v1.0")]
    [InlineData("acme-research/tinybert-sentiment/blob/v1.0/README.md")]
    [InlineData("acme-research/tinybert-sentiment/resolve/v1.0/eval/results.json?download=true")]
    public async Task A_revision_in_the_URL_is_the_one_that_is_taken(string path)
    {
        await using var snapshot = await _hub.FetchAsync(path);
        Assert.Equal(10, snapshot.Files.Count);
        Assert.Contains(shared.Server.Faults.Requests, r => r == "GET /hf/api/models/acme-research/tinybert-sentiment/revision/v1.0");
    }

    [Fact]
    public async Task A_renamed_model_is_followed_and_keeps_the_name_of_its_URL()
    {
        await using var snapshot = await _hub.FetchAsync("acme-labs/tinybert-old-name");
        Assert.Equal("https://huggingface.co/acme-research/tinybert-sentiment", snapshot.Hub!.Url);
        Assert.Equal(10, snapshot.Files.Count);
        Assert.Equal("tinybert-old-name", _hub.Source.NameFor(new("https://huggingface.co/acme-labs/tinybert-old-name")));
    }

    [Fact]
    public async Task A_long_card_comes_whole()
    {
        await using var snapshot = await _hub.FetchAsync("acme-labs/long-readme");
        Assert.Equal(2 << 20, (await ZipReading.ReadAsync(snapshot.Files.Single(f => f.Path == "README.md"))).Length);
    }

    [Theory]
    [InlineData("acme-labs/no-such-model", "no public model 'acme-labs/no-such-model'")]
    [InlineData("nobody", "no public model 'nobody'")]
    [InlineData("datasets/acme-labs/none", "no public dataset 'acme-labs/none'")]
    [InlineData("acme-research/tinybert-sentiment/tree/v9", "no revision 'v9'")]
    [InlineData("acme-labs/gated-model", "Sources:HuggingFace:Token")]
    [InlineData("acme-labs/private-model", "Sources:HuggingFace:Token")]
    [InlineData("acme-labs/disabled-model", "disabled")]
    [InlineData("acme-labs/empty-model", "holds no files")]
    [InlineData("spaces/acme/demo", "'spaces'")]
    [InlineData("collections/acme/best-123", "'collections'")]
    [InlineData("papers/1503.02531", "'papers'")]
    [InlineData("docs", "'docs'")]
    [InlineData("datasets", "names no repository")]
    [InlineData("", "names no repository")]
    [InlineData("a/b%2F..%2Fc", "cannot be part")]
    [InlineData("a/b%00", "cannot be part")]
    public async Task What_cannot_be_taken_is_a_clear_problem(string path, string why) => Assert.Contains(why, await _hub.ProblemAsync(path));

    [Theory]
    [InlineData("acme-labs/gated-model")]
    [InlineData("acme-labs/private-model")]
    public async Task A_token_opens_what_it_has_access_to(string path)
    {
        using var hub = new Hub(shared.Server, HuggingFaceEndpoints.Token);
        await using var snapshot = await hub.FetchAsync(path);
        foreach (var file in snapshot.Files) Assert.Equal(file.Size, (await ZipReading.ReadAsync(file)).Length);
    }

    [Fact]
    public async Task A_token_without_access_is_told_where_to_ask_for_it()
    {
        using var hub = new Hub(shared.Server, "hf_other");
        Assert.Contains("https://huggingface.co/acme-labs/gated-model", await hub.ProblemAsync("acme-labs/gated-model"));
    }

    [Fact]
    public async Task A_password_in_the_URL_is_refused_without_repeating_it()
    {
        var refusal = await Assert.ThrowsAsync<SourceException>(() => _hub.Source.FetchAsync(new("https://user:hunter2@huggingface.co/a/b"), ArtifactType.Model, default));
        Assert.DoesNotContain("hunter2", refusal.Message);
    }

    [Fact]
    public async Task A_wrong_digest_is_refused_loudly()
    {
        await using var snapshot = await _hub.FetchAsync("acme-labs/wrong-digest");
        var refusal = await Assert.ThrowsAsync<SourceException>(() => ZipReading.ReadAsync(snapshot.Files.Single(f => f.Path == "model.safetensors")));
        Assert.Contains("SHA-256", refusal.Message);
    }
}
