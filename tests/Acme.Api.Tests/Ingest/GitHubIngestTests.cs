using System.Net;
using Acme.Upstreams;

namespace Acme.Api.Tests.Ingest;

/// <summary>Repositories by their public URL, while GitHub's endpoints are the stand-in's.</summary>
public sealed class GitHubIngestTests : IAsyncLifetime
{
    private UpstreamServer _upstreams = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _upstreams = await UpstreamServer.StartAsync();
        _app = await RegistryApp.StartAsync(
            "--Sources:GitHub:ApiEndpoint", _upstreams.GitHubApi.AbsoluteUri, "--Sources:GitHub:WebEndpoint", _upstreams.GitHubWeb.AbsoluteUri);
        _admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
        await _upstreams.DisposeAsync();
    }

    [Theory]
    [InlineData("code")]
    [InlineData("model")]
    [InlineData("dataset")]
    public async Task A_repository_is_registered_with_its_files_whatever_it_is_posted_as(string type)
    {
        using var response = await IngestAsync("https://github.com/acme-research/tinybert", type);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var metadata = (await response.JsonAsync()).GetProperty("metadata");
        Assert.Equal("acme-research-tinybert", metadata.GetProperty("name").GetString());

        var path = $"/artifacts/{type}/{metadata.GetProperty("id").GetString()}/files";
        var files = (await (await _admin.GetAsync(path)).JsonAsync()).EnumerateArray().Select(f => f.GetProperty("path").GetString()).ToList();
        Assert.Contains("src/tinybert/model.py", files);
        Assert.Contains(".github/workflows/ci.yml", files);
        Assert.Contains("# tinybert", await _admin.GetStringAsync(path + "/README.md"));
    }

    [Fact]
    public async Task A_folder_of_a_branch_is_registered_alone()
    {
        using var response = await IngestAsync("https://github.com/acme-research/branches/tree/feature/x/sub");
        var metadata = (await response.JsonAsync()).GetProperty("metadata");
        Assert.Equal("acme-research-branches", metadata.GetProperty("name").GetString());
        var files = await (await _admin.GetAsync($"/artifacts/code/{metadata.GetProperty("id").GetString()}/files")).JsonAsync();
        Assert.Equal(["deep/deep.py", "tool.py"], files.EnumerateArray().Select(f => f.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("https://github.com/acme-labs/nothing-there", "no public repository")]
    [InlineData("https://github.com/acme-labs/empty", "is empty")]
    [InlineData("https://github.com/acme-labs/textkit/issues", "a page about the repository")]
    [InlineData("https://github.com/acme-labs", "does not name a repository")]
    public async Task What_cannot_be_taken_is_424_with_the_reason(string url, string reason) =>
        Assert.Contains(reason, await (await IngestAsync(url)).ProblemAsync(424));

    [Fact]
    public async Task Twenty_orders_for_one_repository_at_once_make_one_artifact()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IngestAsync("https://github.com/acme-labs/textkit")));
        Assert.Equal(1, responses.Count(r => r.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, responses.Count(r => r.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, _upstreams.Faults.Requests.Count(r => r.Contains("/legacy.zip/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mit", "acme-research/tinybert", true)]
    [InlineData("mit", "acme-research/tiny-bert-old", true)]
    [InlineData("mit", "acme-labs/own-words/tree/main/deep", true)]
    [InlineData("mit", "acme-labs/unlicensed", false)]
    [InlineData("mit", "acme-labs/empty", false)]
    public async Task Licences_are_checked_against_the_repositorys(string license, string repository, bool expected)
    {
        var id = await _admin.UploadAsync(Zips.SmallModel($"---\nlicense: {license}\n---\n# Model\n"), "a model");
        using var response = await _admin.PostAsync($"/artifact/model/{id}/license-check", Zips.Json($$"""{"github_url":"https://github.com/{{repository}}"}"""));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await response.JsonAsync()).GetBoolean());
    }

    private Task<HttpResponseMessage> IngestAsync(string url, string type = "code") => _admin.PostAsync($"/artifact/{type}", Zips.Json($$"""{"url":"{{url}}"}"""));
}
