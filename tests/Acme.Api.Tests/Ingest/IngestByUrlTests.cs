using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Acme.Api.Tests.Contract;
using Acme.Registry.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Ingest;

/// <summary>Artifacts by URL, from a server inside the test that the registry is told to trust.</summary>
public sealed class IngestByUrlTests : IAsyncLifetime
{
    private readonly Socket _deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private ZipServer _server = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        // Bound but not listening: nobody else gets the port, and connections to it are refused.
        _deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _server = await ZipServer.StartAsync();
        _app = await StartAsync();
        _admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _server.Open();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
        _deaf.Dispose();
    }

    [Fact]
    public async Task A_ZIP_from_a_URL_is_registered_with_everything()
    {
        using var response = await IngestAsync("/ok/whole.zip", "given/name");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var artifact = await response.JsonAsync();
        ContractChecker.Check(artifact, "Artifact");
        var id = artifact.GetProperty("metadata").GetProperty("id").GetString()!;
        Assert.Equal("given/name", artifact.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal(_server.Url("/ok/whole.zip"), artifact.GetProperty("data").GetProperty("url").GetString());
        Assert.EndsWith($"/artifacts/model/{id}", response.Headers.Location!.OriginalString);
        Assert.Equal("# /ok/whole.zip\n\nCall 1.\n", await ReadmeAsync(id));
        (await _admin.GetAsync($"/artifact/model/{id}/rate")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.OK, (await _admin.GetAsync(artifact.GetProperty("data").GetProperty("download_url").GetString())).StatusCode);
        await (await IngestAsync("/ok/whole.zip", "another name")).ProblemAsync(409);
        Assert.Equal(1, _server.Calls("/ok/whole.zip"));
    }

    [Theory]
    [InlineData("/ok/simple.zip", "simple")]
    [InlineData("/ok/with%20space.ZIP", "with space")]
    [InlineData("/ok/no-extension", "no-extension")]
    [InlineData("/ok/v1/bundle.zip?version=2#part", "bundle")]
    [InlineData("/ok/%E6%A8%A1%E5%9E%8B.zip", "模型")]
    public async Task Without_a_name_the_artifact_is_named_after_the_URL(string path, string name)
    {
        using var response = await IngestAsync(path);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(name, (await response.JsonAsync()).GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Twenty_orders_for_one_URL_at_once_make_one_artifact_and_ask_once()
    {
        var orders = Enumerable.Range(0, 20).Select(i => IngestAsync("/slow/once.zip", $"order {i}")).ToArray();
        await WaitUntilAsync(() => Task.FromResult(_server.Calls("/slow/once.zip") > 0));
        _server.Open();
        var responses = await Task.WhenAll(orders);
        Assert.Equal(1, responses.Count(r => r.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, responses.Count(r => r.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, _server.Calls("/slow/once.zip"));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_source_slower_than_the_budget_is_202_then_404_until_it_is_published()
    {
        await using var app = await StartAsync("--Ingest:Budget", "00:00:01");
        using var admin = await app.SignedInAsync();
        using var response = await IngestAsync("/slow/late.zip", admin: admin);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = IdOf(await response.JsonAsync());
        await (await admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        await (await admin.GetAsync($"/artifact/model/{id}/rate")).ProblemAsync(404);
        _server.Open();
        await WaitUntilAsync(async () => (await admin.GetAsync($"/artifacts/model/{id}")).IsSuccessStatusCode);
        Assert.Equal(1, _server.Calls("/slow/late.zip"));
    }

    [Fact]
    public async Task A_rate_request_for_a_pending_artifact_waits_for_it()
    {
        var id = await OrderAsync("/slow/rated.zip");
        var rating = _admin.GetAsync($"/artifact/model/{id}/rate");
        await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.False(rating.IsCompleted);
        _server.Open();
        using var response = await rating;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/missing.zip", "404")]
    [InlineData("/page", "web page")]
    [InlineData("/text", "not a ZIP")]
    [InlineData("/evil", "../evil")]
    public async Task A_source_that_has_no_usable_ZIP_is_424_and_says_why(string path, string why)
    {
        using var response = await IngestAsync(path);
        Assert.Contains(why, await response.ProblemAsync(424));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_source_that_refuses_connections_is_424()
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = $"http://{_deaf.LocalEndPoint}/x.zip" });
        Assert.Contains("refuses connections", await response.ProblemAsync(424));
    }

    [Fact]
    public async Task A_URL_into_the_network_of_the_registry_is_424_and_names_the_rule()
    {
        foreach (var host in new[] { $"localhost:{_server.Address.Port}", "127.0.0.1:9", "169.254.169.254", "[::1]:9", "0.0.0.0:9", "2130706433:9" })
        {
            using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = $"http://{host}/ok/x.zip" });
            Assert.Contains("Sources:Http:TrustedHosts", await response.ProblemAsync(424));
        }
        Assert.Equal(0, _server.Calls("/ok/x.zip"));
    }

    [Fact]
    public async Task A_URL_with_a_password_is_refused_without_repeating_it()
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = $"http://user:hunter2@{_server.Authority}/ok/x.zip" });
        Assert.DoesNotContain("hunter2", await response.ProblemAsync(424));
    }

    [Fact]
    public async Task Put_replaces_the_contents_and_leaves_a_trail()
    {
        var id = await RegisterAsync("/ok/first.zip");
        using var response = await ReplaceAsync(id, "/ok/second.zip", "first");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("# /ok/second.zip\n\nCall 1.\n", await ReadmeAsync(id));
        var trail = await (await _admin.GetAsync($"/artifact/model/{id}/audit")).JsonAsync();
        Assert.Equal(["CREATE", "UPDATE"], trail.EnumerateArray().Select(e => e.GetProperty("action").GetString()).Where(a => a != "DOWNLOAD"));

        using var again = await ReplaceAsync(id, "/ok/second.zip", "first");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("# /ok/second.zip\n\nCall 2.\n", await ReadmeAsync(id));
        // The first URL is free again, the second is not.
        await RegisterAsync("/ok/first.zip");
        await (await IngestAsync("/ok/second.zip")).ProblemAsync(409);
    }

    [Fact]
    public async Task Put_with_metadata_of_another_artifact_is_refused_and_changes_nothing()
    {
        var id = await RegisterAsync("/ok/kept.zip");
        await (await ReplaceAsync(id, "/ok/new.zip", "another name")).ProblemAsync(400);
        await (await ReplaceAsync(id, "/ok/new.zip", "kept", bodyId: "123456")).ProblemAsync(400);
        await (await ReplaceAsync(id, "/ok/new.zip", "kept", bodyType: "dataset")).ProblemAsync(400);
        await (await ReplaceAsync("123456", "/ok/new.zip", "kept")).ProblemAsync(404);
        await (await ReplaceAsync("123456", "/ok/new.zip", "kept", type: "code", bodyType: "code")).ProblemAsync(404);
        await (await ReplaceAsync(id, "/missing.zip", "kept")).ProblemAsync(424);
        Assert.Equal(0, _server.Calls("/ok/new.zip"));
        Assert.Equal("# /ok/kept.zip\n\nCall 1.\n", await ReadmeAsync(id));
    }

    [Fact]
    public async Task An_artifact_deleted_while_its_contents_are_replaced_does_not_come_back()
    {
        var id = await RegisterAsync("/ok/doomed.zip");
        using var accepted = await ReplaceAsync(id, "/slow/doomed.zip", "doomed", prefer: true);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        (await _admin.DeleteAsync($"/artifacts/model/{id}")).EnsureSuccessStatusCode();
        await FinishJobsAsync();
        await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task An_ingest_that_a_reset_overtakes_never_appears()
    {
        var replaced = await RegisterAsync("/ok/replaced.zip");
        var pending = await OrderAsync("/slow/pending.zip");
        using var accepted = await ReplaceAsync(replaced, "/slow/replaced.zip", "replaced", prefer: true);
        var waiting = IngestAsync("/slow/waiting.zip");
        await WaitUntilAsync(() => Task.FromResult(_server.Calls("/slow/waiting.zip") > 0));
        (await _admin.DeleteAsync("/reset")).EnsureSuccessStatusCode();
        await FinishJobsAsync();
        await (await waiting).ProblemAsync(409);
        foreach (var id in new[] { replaced, pending }) await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.Equal(0, await CountAsync());
    }

    private Task<RegistryApp> StartAsync(params string[] settings) => RegistryApp.StartAsync(
    [
        "--Sources:Http:TrustedHosts:0", _server.Authority, "--Sources:Http:TrustedHosts:1", $"{_deaf.LocalEndPoint}",
        "--Ingest:Concurrency", "30", .. settings,
    ]);

    private static string IdOf(JsonElement artifact) => artifact.GetProperty("metadata").GetProperty("id").GetString()!;

    private Task<HttpResponseMessage> IngestAsync(string path, string? name = null, HttpClient? admin = null) =>
        (admin ?? _admin).PostAsync("/artifact/model", Zips.Json(JsonSerializer.Serialize(
            name is null ? new Dictionary<string, string> { ["url"] = _server.Url(path) } : new() { ["url"] = _server.Url(path), ["name"] = name })));

    private async Task<string> RegisterAsync(string path)
    {
        using var response = await IngestAsync(path);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return IdOf(await response.JsonAsync());
    }

    /// <summary>Registers with <c>Prefer: respond-async</c>.</summary>
    private async Task<string> OrderAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/artifact/model") { Content = JsonContent.Create(new { url = _server.Url(path) }) };
        request.Headers.Add("Prefer", "respond-async");
        using var response = await _admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return IdOf(await response.JsonAsync());
    }

    private async Task<HttpResponseMessage> ReplaceAsync(
        string id, string path, string name, string? bodyId = null, string type = "model", string bodyType = "model", bool prefer = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/artifacts/{type}/{id}")
        {
            Content = JsonContent.Create(new { metadata = new { name, id = bodyId ?? id, type = bodyType }, data = new { url = _server.Url(path) } }),
        };
        if (prefer) request.Headers.Add("Prefer", "respond-async");
        return await _admin.SendAsync(request);
    }

    private Task<string> ReadmeAsync(string id) => _admin.GetStringAsync($"/artifacts/model/{id}/files/README.md");

    private async Task<int> CountAsync()
    {
        using var list = await _admin.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        return (await list.JsonAsync()).GetArrayLength();
    }

    /// <summary>Lets the slow sources answer and waits until no job is under way.</summary>
    private async Task FinishJobsAsync()
    {
        _server.Open();
        await WaitUntilAsync(() => Task.FromResult(_app.Services.GetRequiredService<JobRunner>().Depth == 0));
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1), "What was waited for did not happen within a minute.");
            await Task.Delay(20);
        }
    }
}
