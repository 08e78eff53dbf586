using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acme.Api.Tests.Licenses;

/// <summary>License checks against a stand-in that speaks the one operation of GitHub's API that is used.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class LicenseCheckTests : IAsyncLifetime
{
    private WebApplication _gitHub = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _gitHub = builder.Build();
        _gitHub.MapGet("/repos/{owner}/{name}", (string owner, string name) => name switch
        {
            "missing" => Results.NotFound(),
            "quota" => Results.StatusCode(403),
            "broken" => Results.StatusCode(500),
            "nonsense" => Results.Text("<html>", "text/html"),
            "unlicensed" => Results.Text("""{"full_name":"x/y","license":null}""", "application/json"),
            "unknown" => Results.Text("""{"license":{"spdx_id":"NOASSERTION"}}""", "application/json"),
            _ => Results.Text($$$"""{"license":{"spdx_id":"{{{name}}}"}}""", "application/json"),
        });
        await _gitHub.StartAsync();
        _app = await RegistryApp.StartAsync("--Sources:GitHub:ApiEndpoint", _gitHub.Urls.First());
        _admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
        await _gitHub.DisposeAsync();
    }

    [Theory]
    [InlineData("apache-2.0", "MIT", true)]
    [InlineData("mit", "Apache-2.0", true)]
    [InlineData("cc-by-nc-4.0", "GPL-3.0", false)]
    [InlineData("mit", "unlicensed", false)]
    [InlineData("mit", "unknown", false)]
    [InlineData("", "MIT", false)]
    public async Task The_answer_is_whether_the_licences_go_together(string model, string repository, bool expected)
    {
        var id = await ModelAsync(model);
        using var response = await CheckAsync(id, $"https://github.com/owner/{repository}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, (await response.JsonAsync()).GetBoolean());
    }

    [Theory]
    [InlineData("https://github.com/owner/MIT.git")]
    [InlineData("https://github.com/owner/MIT/tree/main/sub/dir")]
    [InlineData("http://www.github.com/owner/MIT/")]
    public async Task Repository_urls_are_understood_in_the_forms_people_paste(string url)
    {
        using var response = await CheckAsync(await ModelAsync("mit"), url);
        Assert.True((await response.JsonAsync()).GetBoolean());
    }

    [Theory]
    [InlineData("https://github.com/owner/missing", 404)]
    [InlineData("https://github.com/owner/quota", 502)]
    [InlineData("https://github.com/owner/broken", 502)]
    [InlineData("https://github.com/owner/nonsense", 502)]
    [InlineData("https://gitlab.com/owner/MIT", 400)]
    [InlineData("https://github.com/owner", 400)]
    [InlineData("https://github.com/../..", 400)]
    [InlineData("not a url", 400)]
    [InlineData("", 400)]
    public async Task What_cannot_be_checked_says_why(string url, int status) =>
        await (await CheckAsync(await ModelAsync("mit"), url)).ProblemAsync(status);

    [Fact]
    public async Task GitHub_out_of_reach_is_502()
    {
        var id = await ModelAsync("mit");
        await _gitHub.StopAsync();
        await (await CheckAsync(id, "https://github.com/owner/MIT")).ProblemAsync(502);
    }

    [Fact]
    public async Task An_unknown_model_is_404() =>
        await (await CheckAsync("0000000000", "https://github.com/owner/MIT")).ProblemAsync(404);

    [Fact]
    public async Task The_report_gives_the_reason_of_every_pair()
    {
        var id = await ModelAsync("mit");
        using var response = await _admin.GetAsync($"/artifact/model/{id}/license-report?github_url=https://github.com/owner/CC-BY-NC-4.0");
        var report = await response.JsonAsync();

        Assert.False(report.GetProperty("compatible").GetBoolean());
        var conflict = report.GetProperty("pairs")[0];
        Assert.Equal(("model-mit", "https://github.com/owner/CC-BY-NC-4.0", "code"), (conflict.GetProperty("first").GetString(), conflict.GetProperty("second").GetString(), conflict.GetProperty("relation").GetString()));
        Assert.Contains("commercial", conflict.GetProperty("reason").GetString());
        using var alone = await _admin.GetAsync($"/artifact/model/{id}/license-report");
        Assert.True((await alone.JsonAsync()).GetProperty("compatible").GetBoolean());
    }

    [Theory]
    [InlineData("https://github.com/owner/missing", 404)]
    [InlineData("https://github.com/owner/quota", 502)]
    [InlineData("https://gitlab.com/owner/MIT", 400)]
    public async Task A_report_on_code_that_cannot_be_read_says_why(string url, int status) =>
        await (await _admin.GetAsync($"/artifact/model/{await ModelAsync("mit")}/license-report?github_url={Uri.EscapeDataString(url)}")).ProblemAsync(status);

    private Task<string> ModelAsync(string license) => _admin.UploadAsync(
        Zips.SmallModel(license.Length == 0 ? "# Unlicensed" : $"---\nlicense: {license}\n---\n# Model\n"), $"model-{license}", url: $"https://example.com/{Guid.NewGuid()}");

    private Task<HttpResponseMessage> CheckAsync(string id, string url) =>
        _admin.PostAsync($"/artifact/model/{id}/license-check", Zips.Json($$"""{"github_url":"{{url}}"}"""));
}
