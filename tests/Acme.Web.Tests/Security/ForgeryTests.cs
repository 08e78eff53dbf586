using System.Net;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Security;

/// <summary>Only a page of this site, shown to the same browser, can change anything.</summary>
public sealed class ForgeryTests(TestSite site)
{
    [Fact]
    public async Task A_form_without_a_token_is_refused_and_changes_nothing()
    {
        using var browser = await SignedInAsync();
        using var answer = await browser.PostAsync("/signout", null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("This cannot be done as it was asked", await answer.Content.ReadAsStringAsync());
        await StaysSignedInAsync(browser);
    }

    [Fact]
    public async Task A_token_of_another_session_is_refused()
    {
        using var browser = await SignedInAsync();
        using var attacker = await SignedInAsync();
        using var answer = await browser.PostAsync("/signout", await attacker.TokenAsync("/"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await StaysSignedInAsync(browser);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://attacker.example.org")]
    [InlineData("Origin", "null")]
    public async Task A_post_that_the_browser_says_comes_from_elsewhere_is_refused_whatever_its_token(string header, string value)
    {
        using var browser = await SignedInAsync();
        var token = await browser.TokenAsync("/");
        browser.Http.DefaultRequestHeaders.Add(header, value);
        using var answer = await browser.PostAsync("/signout", token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        browser.Http.DefaultRequestHeaders.Remove(header);
        await StaysSignedInAsync(browser);
    }

    [Fact]
    public async Task Nobody_is_signed_in_by_a_form_of_another_site()
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        using var attacker = new PlainBrowser(site.Registry.Address);
        using var answer = await browser.PostAsync(
            "/signin", await attacker.TokenAsync(), ("_handler", "signin"), ("Form.Name", RegistryUnderTest.AdminName), ("Form.Password", RegistryUnderTest.Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(browser.Cookies, c => c.Name.Contains("session", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ZIP_that_comes_without_a_token_is_not_taken_in()
    {
        using var browser = await SignedInAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("model"), "type" },
            { new StringContent("forged/model"), "name" },
            { new ByteArrayContent(Zips.Model()), "file", "model.zip" },
        };
        using var answer = await browser.Http.PostAsync("/upload/zip", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var refusal = await Assert.ThrowsAsync<Acme.Client.RegistryException>(() => site.Registry.Admin.FindByNameAsync("forged/model"));
        Assert.Equal(HttpStatusCode.NotFound, refusal.Status);
    }

    [Fact]
    public async Task A_token_of_this_session_is_taken()
    {
        using var browser = await SignedInAsync();
        using var answer = await browser.PostAsync("/signout", await browser.TokenAsync("/"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private async Task<PlainBrowser> SignedInAsync()
    {
        var browser = new PlainBrowser(site.Registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        return browser;
    }

    private static async Task StaysSignedInAsync(PlainBrowser browser) => Assert.Contains("Sign out", await browser.Http.GetStringAsync("/"));
}
