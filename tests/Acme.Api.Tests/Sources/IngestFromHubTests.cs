using System.Net;
using System.Net.Http.Json;
using Acme.Upstreams;

namespace Acme.Api.Tests.Sources;

/// <summary>Public URLs, answered by a stand-in that is configured as the endpoint.</summary>
public sealed class IngestFromHubTests(HubRegistry registry) : IClassFixture<HubRegistry>
{
    private readonly HttpClient _admin = registry.Admin;

    [Fact]
    public async Task A_model_is_registered_with_files_and_found_by_its_card()
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = "https://huggingface.co/acme-research/tinybert-sentiment/tree/main" });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var artifact = await response.JsonAsync();
        Assert.Equal("tinybert-sentiment", artifact.GetProperty("metadata").GetProperty("name").GetString());
        var id = artifact.GetProperty("metadata").GetProperty("id").GetString();

        using var files = await _admin.GetAsync($"/artifacts/model/{id}/files");
        Assert.Contains("model.safetensors", await files.Content.ReadAsStringAsync());
        using var found = await _admin.PostAsJsonAsync("/artifact/byRegEx", new { regex = "single-board computer" });
        Assert.Equal(id, Assert.Single((await found.JsonAsync()).EnumerateArray()).GetProperty("id").GetString());
        using var rating = await _admin.GetAsync($"/artifact/model/{id}/rate");
        Assert.Equal(HttpStatusCode.OK, rating.StatusCode);
    }

    [Theory]
    [InlineData("model", "https://huggingface.co/toy-base-uncased", "toy-base-uncased")]
    [InlineData("dataset", "https://huggingface.co/datasets/acme-research/mini-squad", "mini-squad")]
    [InlineData("dataset", "https://www.kaggle.com/datasets/acme-measures/penguin-measurements", "penguin-measurements")]
    [InlineData("dataset", "https://www.kaggle.com/datasets/acme-measures/locked-prices", "locked-prices")]
    public async Task Other_repositories_are_registered_under_their_names(string type, string url, string name)
    {
        using var response = await _admin.PostAsJsonAsync($"/artifact/{type}", new { url });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(name, (await response.JsonAsync()).GetProperty("metadata").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("https://huggingface.co/acme-labs/none", "no public model")]
    [InlineData("https://huggingface.co/acme-labs/gated-model", "Sources:HuggingFace:Token")]
    [InlineData("https://huggingface.co/spaces/acme/demo", "Only models and datasets")]
    [InlineData("https://www.kaggle.com/datasets/acme-measures/none", "no public dataset")]
    public async Task What_the_hub_does_not_give_is_424_and_says_why(string url, string why)
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url });
        Assert.Contains(why, await response.ProblemAsync(424));
    }

    [Fact]
    public async Task Twenty_orders_for_one_URL_at_once_make_one_artifact_and_ask_once()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            _admin.PostAsJsonAsync("/artifact/model", new { url = "https://huggingface.co/acme-research/tinybert-lora" })));
        Assert.Equal(1, responses.Count(r => r.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, responses.Count(r => r.StatusCode == HttpStatusCode.Conflict));
        Assert.Single(registry.Upstreams.Faults.Requests, r => r == "GET /hf/api/models/acme-research/tinybert-lora");
    }
}

/// <summary>Many at once, from a hub with a hundred models.</summary>
public sealed class IngestManyFromHubTests : IDisposable
{
    private const int Models = 100;

    private readonly TemporaryDirectory _fixtures = new();

    public IngestManyFromHubTests()
    {
        for (var i = 0; i < Models; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_fixtures.Path, "huggingface", "models", "crowd", $"model-{i}")).FullName;
            File.WriteAllText(Path.Combine(folder, ".upstream.json"), "{}");
            File.WriteAllText(Path.Combine(folder, "README.md"), $"---\nlicense: mit\ndatasets:\n- crowd/data\n---\n# Model {i}\n\nCode is at https://github.com/crowd/code.\n");
            File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type": "bert"}""");
        }
    }

    public void Dispose() => _fixtures.Dispose();

    [Fact]
    public async Task A_hundred_at_once_are_all_registered_with_bounded_and_shared_questions_to_the_hub()
    {
        await using var registry = new HubRegistry { Fixtures = _fixtures.Path };
        await registry.InitializeAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, Models).Select(i =>
            registry.Admin.PostAsJsonAsync("/artifact/model", new { url = $"https://huggingface.co/crowd/model-{i}" })));

        Assert.All(responses, r => Assert.Equal(HttpStatusCode.Created, r.StatusCode));
        // 32 for each of the two hosts, which are one server here.
        var requests = registry.Upstreams.Faults.Requests;
        Assert.InRange(registry.Upstreams.Faults.MostAtOnce, 1, 64);
        Assert.Equal(Models, requests.Count(r => r.StartsWith("GET /hf/api/models/crowd/model-", StringComparison.Ordinal) && !r.Contains("/tree/", StringComparison.Ordinal) && !r.Contains("/commits/", StringComparison.Ordinal)));
        Assert.Single(requests, r => r == "GET /hf/api/datasets/crowd/data");
        Assert.Single(requests, r => r == "GET /github-api/repos/crowd/code");
    }
}

/// <summary>A registry whose hubs are a stand-in.</summary>
public sealed class HubRegistry : IAsyncLifetime
{
    private RegistryApp _app = null!;

    /// <summary>What the stand-in has, unless it is what comes with it.</summary>
    public string? Fixtures { get; init; }

    public UpstreamServer Upstreams { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Upstreams = await UpstreamServer.StartAsync(Fixtures);
        _app = await RegistryApp.StartAsync(
            "--Sources:HuggingFace:Endpoint", Upstreams.HuggingFace.AbsoluteUri, "--Sources:Kaggle:Endpoint", Upstreams.Kaggle.AbsoluteUri,
            "--Sources:GitHub:ApiEndpoint", Upstreams.GitHubApi.AbsoluteUri, "--Sources:GitHub:WebEndpoint", Upstreams.GitHubWeb.AbsoluteUri);
        Admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _app.DisposeAsync();
        await Upstreams.DisposeAsync();
    }
}
