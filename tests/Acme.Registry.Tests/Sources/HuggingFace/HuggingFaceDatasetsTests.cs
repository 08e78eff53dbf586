using Acme.Registry.Scoring.Facts;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.HuggingFace;

public sealed class HuggingFaceDatasetsTests(SharedUpstreams shared) : IClassFixture<SharedUpstreams>, IDisposable
{
    private static readonly FoundBy Found = new("the card's datasets name it", "README.md", 7);

    private readonly Hub _hub = new(shared.Server);

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("squad", "squad")]
    [InlineData(" rajpurkar/squad ", "rajpurkar/squad")]
    [InlineData("https://huggingface.co/datasets/rajpurkar/squad", "rajpurkar/squad")]
    [InlineData("https://huggingface.co/datasets/squad/viewer/default/train", "squad")]
    [InlineData("https://hf.co/datasets/rajpurkar/squad/tree/main", "rajpurkar/squad")]
    [InlineData("https://huggingface.co/openai/whisper-tiny", null)]
    [InlineData("https://www.kaggle.com/datasets/a/b", null)]
    [InlineData("our own crawl", null)]
    [InlineData("../etc/passwd", null)]
    [InlineData("a/b/c", null)]
    [InlineData("", null)]
    public void Names_and_URLs_are_told_from_other_texts(string written, string? name) => Assert.Equal(name, _hub.Datasets.NameOf(written));

    [Fact]
    public async Task A_documented_dataset_is_read_with_its_card()
    {
        var facts = await _hub.Datasets.ReadAsync("acme-research/mini-squad", Found, default);
        Assert.Null(facts.Problem);
        Assert.Equal(("acme-research/mini-squad", "cc-by-4.0", Found), (facts.Name, facts.License, facts.FoundBy));
        Assert.Equal("https://huggingface.co/datasets/acme-research/mini-squad", facts.Url);
        Assert.Contains("## Known biases and limits", facts.Card!.Text);
        Assert.Equal(["en"], facts.Card.FrontMatter.Languages);
        Assert.True(facts.TotalSize > 340_000);
    }

    [Fact]
    public async Task Without_a_card_the_size_still_comes_from_the_files()
    {
        var facts = await _hub.Datasets.ReadAsync("acme-labs/dump", Found, default);
        Assert.Null(facts.Problem);
        Assert.Null(facts.Card);
        Assert.Null(facts.License);
        Assert.Equal(4096 + 8, facts.TotalSize);
    }

    [Fact]
    public async Task A_dataset_that_is_not_there_is_told_as_a_problem_for_good()
    {
        var facts = await _hub.Datasets.ReadAsync("acme-labs/none", Found, default);
        Assert.Contains("no public dataset 'acme-labs/none'", facts.Problem);
        Assert.False(facts.IsTransient);
    }

    [Fact]
    public async Task A_hub_that_fails_is_told_as_a_passing_problem()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Status("/api/datasets/", 429, retryAfter: 120));
        using var hub = new Hub(upstreams);
        var facts = await hub.Datasets.ReadAsync("toy-reviews", Found, default);
        Assert.Contains("120 s", facts.Problem);
        Assert.True(facts.IsTransient);
    }
}
