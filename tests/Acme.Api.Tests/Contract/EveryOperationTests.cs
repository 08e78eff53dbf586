using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Acme.Api.Tests.Contract;

/// <summary>A consumer that knows only the contract, walking through every operation: real answers against its schemas and status codes.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class EveryOperationTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private HttpClient Admin => registry.Admin;

    private HttpClient Anonymous => registry.App.Http;

    [Fact]
    public async Task Health_needs_no_token()
    {
        using var response = await Anonymous.GetAsync("/health");
        await ExpectAsync(response, 200, "HealthSummaryResponse");
    }

    [Fact(Timeout = 30_000)]
    public async Task Health_components_take_a_window_and_a_timeline()
    {
        JsonElement body;
        do
        {
            // A request is counted when its answer is complete, which may be a moment after its client has it.
            using var response = await Anonymous.GetAsync("/health/components?windowMinutes=5&includeTimeline=true", TestContext.Current.CancellationToken);
            body = await ExpectAsync(response, 200, "HealthComponentCollection");
        }
        while (!body.GetProperty("components").EnumerateArray().Any(c => c.TryGetProperty("timeline", out var t) && t.GetArrayLength() > 0));
        Assert.Equal(5, body.GetProperty("window_minutes").GetInt32());
        await (await Anonymous.GetAsync("/health/components?windowMinutes=4")).ProblemAsync(400);
        await (await Anonymous.GetAsync("/health/components?windowMinutes=1441")).ProblemAsync(400);
        await (await Anonymous.GetAsync("/health/components?loadSeconds=0")).ProblemAsync(400);
        await (await Anonymous.GetAsync("/health/components?loadSeconds=601")).ProblemAsync(400);
        await (await Anonymous.GetAsync("/health/components?loadSeconds=NaN")).ProblemAsync(400);
        await (await Anonymous.GetAsync("/health/components?windowMinutes=many")).ProblemAsync(400);
    }

    [Fact]
    public async Task Tracks_are_the_two_that_are_implemented()
    {
        using var response = await Anonymous.GetAsync("/tracks");
        var body = await ExpectAsync(response, 200, "Tracks");
        Assert.Equal(["Performance track", "Access control track"], body.GetProperty("plannedTracks").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public async Task Authenticate_returns_a_bearer_token_as_a_JSON_string()
    {
        using var response = await Anonymous.PutAsJsonAsync("/authenticate", new
        {
            user = new { name = RegistryApp.AdminName, is_admin = true },
            secret = new { password = RegistryApp.AdminPassword },
        });
        var token = await ExpectAsync(response, 200, "string");
        Assert.Matches("^bearer acme_[0-9a-f]{64}$", token.GetString());
    }

    [Fact]
    public async Task Authenticate_refuses_wrong_passwords_and_malformed_requests()
    {
        using var wrong = await Anonymous.PutAsJsonAsync("/authenticate", new
        {
            user = new { name = "contract-nobody", is_admin = true },
            secret = new { password = "not the password" },
        });
        await wrong.ProblemAsync(401);
        using var incomplete = await Anonymous.PutAsync("/authenticate", Zips.Json("""{"user":{"name":"x","is_admin":true}}"""));
        Assert.Contains("secret", await incomplete.ProblemAsync(400));
    }

    [Fact]
    public async Task A_registered_artifact_is_retrieved_with_an_absolute_download_link_that_works()
    {
        var id = await Admin.UploadAsync(Zips.SmallModel(), "contract-retrieve", url: "https://example.com/contract-retrieve.zip");
        using var response = await Admin.GetAsync($"/artifacts/model/{id}");
        var artifact = await ExpectAsync(response, 200, "Artifact");
        Assert.Equal("contract-retrieve", artifact.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal("https://example.com/contract-retrieve.zip", artifact.GetProperty("data").GetProperty("url").GetString());
        var link = artifact.GetProperty("data").GetProperty("download_url").GetString()!;
        Assert.StartsWith(Anonymous.BaseAddress!.AbsoluteUri, link);
        using var bundle = await Admin.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, bundle.StatusCode);
        Assert.Equal("application/zip", bundle.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Every_operation_on_an_artifact_tells_bad_missing_and_mistyped_ids_apart()
    {
        var id = await Admin.UploadAsync(Zips.SmallModel(), "contract-ids");
        foreach (var (method, path) in new[]
        {
            ("GET", "/artifacts/{type}/{id}"), ("DELETE", "/artifacts/{type}/{id}"), ("GET", "/artifact/{type}/{id}/cost"),
            ("GET", "/artifact/{type}/{id}/audit"), ("GET", "/artifacts/{type}/{id}/files"), ("GET", "/artifacts/{type}/{id}/download"),
        })
        {
            await ProblemAsync(method, path.Replace("{type}", "model").Replace("{id}", "no_such!id"), 400);
            await ProblemAsync(method, path.Replace("{type}", "gadget").Replace("{id}", id), 400);
            await ProblemAsync(method, path.Replace("{type}", "model").Replace("{id}", "9999999999"), 404);
            await ProblemAsync(method, path.Replace("{type}", "dataset").Replace("{id}", id), 404);
        }
        foreach (var path in new[] { "rate", "lineage" })
        {
            await ProblemAsync("GET", $"/artifact/model/no_such!id/{path}", 400);
            await ProblemAsync("GET", $"/artifact/model/9999999999/{path}", 404);
        }
    }

    [Fact]
    public async Task Every_operation_with_a_token_refuses_to_do_without()
    {
        foreach (var operation in ContractFacts.Operations.Where(o => o.Parameters.Contains("header:X-Authorization")))
        {
            var path = operation.Path.Replace("{artifact_type}", "model").Replace("{id}", "12345").Replace("{name}", "x");
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
            if (operation.Request is not null) request.Content = Zips.Json("{}");
            using var response = await Anonymous.SendAsync(request);
            await response.ProblemAsync(403);
        }
    }

    [Fact]
    public async Task A_model_is_rated_in_every_field()
    {
        var id = await Admin.UploadAsync(Zips.SmallModel(), "contract-rate");
        using var response = await Admin.GetAsync($"/artifact/model/{id}/rate");
        var rating = await ExpectAsync(response, 200, "ModelRating");
        foreach (var field in rating.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.Number))
        {
            var value = field.Value.GetDouble();
            if (field.Name.EndsWith("_latency", StringComparison.Ordinal)) Assert.True(value > 0, $"{field.Name} is {value}");
            else Assert.True(value is -1 or (>= 0 and <= 1), $"{field.Name} is {value}");
        }
    }

    [Fact]
    public async Task Cost_counts_megabytes_and_with_dependencies_every_node()
    {
        var id = await Admin.UploadAsync(Zips.Of(("data.csv", new byte[2_500_000])), "contract-cost", "dataset");
        using var alone = await Admin.GetAsync($"/artifact/dataset/{id}/cost");
        var cost = await ExpectAsync(alone, 200, "ArtifactCost");
        Assert.Equal(2.5, cost.GetProperty(id).GetProperty("total_cost").GetDouble(), 3);
        Assert.False(cost.GetProperty(id).TryGetProperty("standalone_cost", out _));
        using var all = await Admin.GetAsync($"/artifact/dataset/{id}/cost?dependency=true");
        Assert.Equal(2.5, (await ExpectAsync(all, 200, "ArtifactCost")).GetProperty(id).GetProperty("standalone_cost").GetDouble(), 3);
        await (await Admin.GetAsync($"/artifact/dataset/{id}/cost?dependency=maybe")).ProblemAsync(400);
    }

    [Fact]
    public async Task Lineage_runs_from_parent_to_child_and_resolves_when_it_is_read()
    {
        var child = await Admin.UploadAsync(
            Zips.Of(("README.md", "# child"u8.ToArray()), ("config.json", """{"_name_or_path":"contract-lineage-parent"}"""u8.ToArray())), "contract-lineage-child");
        using var before = await Admin.GetAsync($"/artifact/model/{child}/lineage");
        var external = await ExpectAsync(before, 200, "ArtifactLineageGraph");
        Assert.Equal(2, external.GetProperty("nodes").GetArrayLength());

        var parent = await Admin.UploadAsync(Zips.SmallModel(), "contract-lineage-parent");
        using var after = await Admin.GetAsync($"/artifact/model/{child}/lineage");
        var graph = await ExpectAsync(after, 200, "ArtifactLineageGraph");
        var edge = Assert.Single(graph.GetProperty("edges").EnumerateArray());
        Assert.Equal(parent, edge.GetProperty("from_node_artifact_id").GetString());
        Assert.Equal(child, edge.GetProperty("to_node_artifact_id").GetString());

        var broken = await Admin.UploadAsync(Zips.Of(("config.json", "{ not json"u8.ToArray())), "contract-lineage-broken");
        await (await Admin.GetAsync($"/artifact/model/{broken}/lineage")).ProblemAsync(400);
    }

    [Fact]
    public async Task Audit_tells_who_did_what_oldest_first()
    {
        var id = await Admin.UploadAsync(Zips.SmallModel(), "contract-audit");
        await Admin.GetByteArrayAsync($"/artifacts/model/{id}/download");
        (await Admin.GetAsync($"/artifact/model/{id}/rate")).EnsureSuccessStatusCode();
        (await Admin.GetAsync($"/artifact/model/{id}/audit")).EnsureSuccessStatusCode();
        using var response = await Admin.GetAsync($"/artifact/model/{id}/audit");
        var trail = await ExpectAsync(response, 200, "ArtifactAuditEntry[]");
        Assert.Equal(["CREATE", "DOWNLOAD", "RATE", "AUDIT"], trail.EnumerateArray().Select(e => e.GetProperty("action").GetString()));
        Assert.All(trail.EnumerateArray(), e => Assert.Equal(RegistryApp.AdminName, e.GetProperty("user").GetProperty("name").GetString()));
        Assert.All(trail.EnumerateArray(), e => Assert.EndsWith("Z", e.GetProperty("date").GetString()));
    }

    [Fact]
    public async Task Deleting_takes_the_artifact_away()
    {
        var id = await Admin.UploadAsync(Zips.SmallModel(), "contract-delete");
        using var deleted = await Admin.DeleteAsync($"/artifacts/model/{id}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await (await Admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        await (await Admin.DeleteAsync($"/artifacts/model/{id}")).ProblemAsync(404);
    }

    [Fact]
    public async Task The_same_url_under_the_same_type_is_a_conflict_and_the_same_name_is_not()
    {
        await Admin.UploadAsync(Zips.SmallModel(), "contract-same", url: "https://example.com/contract-same");
        using var again = await Admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel("other"), "contract-same-2", "https://example.com/contract-same"));
        await again.ProblemAsync(409);
        await Admin.UploadAsync(Zips.SmallModel(), "contract-same", url: "https://example.com/contract-same-elsewhere");
        await Admin.UploadAsync(Zips.SmallModel(), "contract-same", "code", url: "https://example.com/contract-same");
        using var byName = await Admin.GetAsync("/artifact/byName/contract-same");
        Assert.Equal(3, (await ExpectAsync(byName, 200, "ArtifactMetadata[]")).GetArrayLength());
    }

    private static async Task<JsonElement> ExpectAsync(HttpResponseMessage response, int status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"expected {status}, got {(int)response.StatusCode}: {text}");
        using var document = JsonDocument.Parse(text);
        ContractChecker.Check(document.RootElement, type);
        return document.RootElement.Clone();
    }

    private async Task ProblemAsync(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await Admin.SendAsync(request);
        await response.ProblemAsync(status);
    }
}
