using System.Net;
using System.Text.Json;

namespace Acme.Api.Tests.Policies;

public sealed class DryRunTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private static readonly string[] Metrics =
    [
        "ramp_up_time", "bus_factor", "performance_claims", "license", "dataset_and_code_score", "dataset_quality", "code_quality", "reproducibility",
        "reviewedness", "tree_score", "size_score",
    ];

    private static string Policy(double license, string more = "") =>
        $$"""{"name":"tried","version":"7","mode":"enforce","weights":{{JsonSerializer.Serialize(Metrics.ToDictionary(m => m, _ => 1.0))}},"thresholds":{"license":{{license}}}{{more}}}""";

    [Fact]
    public async Task Those_that_would_be_rejected_are_named_with_reasons_and_nothing_changes()
    {
        var good = await registry.Admin.UploadAsync(Zips.SmallModel("---\nlicense: mit\n---\n# Good"), "dry-good");
        var poor = await registry.Admin.UploadAsync(Zips.SmallModel("# Poor"), "dry-poor");
        await registry.Admin.UploadAsync(Zips.Of(("data.csv", "a,b\n"u8.ToArray())), "dry-data", "dataset");

        var rejected = new List<JsonElement>();
        var examined = 0;
        string? offset = null;
        do
        {
            using var response = await RunAsync(Policy(0.5), $"?limit=1{(offset is null ? "" : $"&offset={Uri.EscapeDataString(offset)}")}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var page = await response.JsonAsync();
            Assert.Equal(("tried", "7"), (page.GetProperty("policy").GetString(), page.GetProperty("policy_version").GetString()));
            examined += page.GetProperty("examined").GetInt32();
            rejected.AddRange(page.GetProperty("rejected").EnumerateArray());
            offset = response.Headers.TryGetValues("offset", out var values) ? values.Single() : null;
        }
        while (offset is not null);

        Assert.Equal(2, examined);
        var only = Assert.Single(rejected);
        Assert.Equal(poor, only.GetProperty("metadata").GetProperty("id").GetString());
        var reason = Assert.Single(only.GetProperty("reasons").EnumerateArray());
        Assert.Equal(("license", 0, 0.5), (reason.GetProperty("metric").GetString(), reason.GetProperty("score").GetDouble(), reason.GetProperty("threshold").GetDouble()));
        Assert.NotEmpty(reason.GetProperty("reason").GetString()!);
        using var rating = await registry.Admin.GetAsync($"/artifact/model/{good}/rating");
        Assert.Equal("default", (await rating.JsonAsync()).GetProperty("verdict").GetProperty("policy").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"name\":\"x\",\"version\":\"1\",\"mode\":\"observe\",\"weights\":{},\"thresholds\":{}}")]
    public async Task What_is_no_policy_is_refused(string body) => await (await RunAsync(body)).ProblemAsync(400);

    [Fact]
    public async Task A_field_that_policies_do_not_have_is_named()
    {
        using var response = await RunAsync(Policy(0.5, ",\"treshold\":1"));
        await response.ProblemAsync(400);
        Assert.Contains("treshold", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Only_admins_may_try_a_policy()
    {
        using var created = await registry.Admin.PostAsync("/users", Zips.Json("""{"name":"dry-user","password":"a password long enough","permissions":["search","upload","download"]}"""));
        Assert.True(created.IsSuccessStatusCode);
        using var user = await registry.App.SignedInAsync("dry-user", "a password long enough");
        await (await user.PostAsync("/policy/dry-run", Zips.Json(Policy(0.5)))).ProblemAsync(403);
    }

    private Task<HttpResponseMessage> RunAsync(string body, string query = "") => registry.Admin.PostAsync($"/policy/dry-run{query}", Zips.Json(body));
}
