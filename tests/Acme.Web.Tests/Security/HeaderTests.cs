using System.Net;
using System.Text.RegularExpressions;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Security;

public sealed class HeaderTests(TestSite site)
{
    [Theory]
    [InlineData("/signin")]
    [InlineData("/status")]
    [InlineData("/nowhere")]
    public async Task Every_page_allows_nothing_but_what_this_site_serves(string path)
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        using var answer = await browser.Http.GetAsync(path);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Assets_carry_a_fingerprint_are_kept_for_good_and_come_compressed()
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        var page = await browser.Http.GetStringAsync("/signin");
        var assets = Regex.Matches(page, "(?:href|src)=\"(/(?:css|js)/[^\"]+)\"").Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(assets);
        foreach (var asset in assets)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, asset);
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using var answer = await browser.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Matches(@"\.[a-z0-9]{10}\.(css|js)$", asset);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString());
            Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        }
    }

    [Fact]
    public async Task The_paths_of_the_contract_stay_those_of_the_API()
    {
        using var program = new HttpClient { BaseAddress = site.Registry.Address };
        using var health = await program.GetAsync("/health");
        Assert.Equal("application/json", health.Content.Headers.ContentType!.MediaType);
        Assert.False(health.Headers.Contains("Content-Security-Policy"));
        using var artifacts = await program.GetAsync("/artifacts/model/x");
        Assert.Equal("application/problem+json", artifacts.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_trail_names_the_browsers_address_and_no_other_that_a_caller_makes_up()
    {
        var id = await site.Registry.UploadAsync("somebody/watched", Zips.Model());
        using var browser = new PlainBrowser(site.Registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        browser.Http.DefaultRequestHeaders.Add("X-Acme-Own-Call", "guessed");
        using (await browser.Http.GetAsync($"/models/{id}/download"))
        {
        }
        var trail = await site.Registry.Admin.GetAuditAsync(Acme.Client.Contract.ArtifactType.Model, id);
        var download = Assert.Single(trail, e => e.Action == Acme.Client.Contract.AuditAction.Download);
        Assert.Equal("127.0.0.1", download.Address);
    }
}
