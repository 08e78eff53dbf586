using System.Net;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Security;

public sealed class SessionTests(TestSite site)
{
    [Fact]
    public async Task A_wrong_password_is_said_at_its_field_and_signs_nobody_in()
    {
        await using var visit = await site.Browser.OpenAsync(null);
        await visit.GoAsync("/signin");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(RegistryUnderTest.AdminName);
        await visit.Page.GetByLabel("Password").FillAsync("not-the-password");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The name or the password is wrong.");
        await Assertions.Expect(visit.Page.GetByLabel("Password")).ToHaveAttributeAsync("aria-invalid", "true");
        await visit.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(visit.Page.GetByLabel("Password")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_led_to_the_page_that_was_asked_for_after_signing_in()
    {
        await using var visit = await site.Browser.OpenAsync(null);
        await visit.GoAsync("/directory?type=model");
        Assert.Contains("/signin?returnUrl=", visit.Page.Url);
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(RegistryUnderTest.AdminName);
        await visit.Page.GetByLabel("Password").FillAsync(RegistryUnderTest.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/directory?type=model");
    }

    [Theory]
    [InlineData("https://attacker.example.org/")]
    [InlineData("//attacker.example.org/")]
    [InlineData("/\\attacker.example.org/")]
    [InlineData("/\t/attacker.example.org/")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        var page = "/signin?returnUrl=" + Uri.EscapeDataString(returnUrl);
        using var answer = await browser.PostAsync(
            page, await browser.TokenAsync(page), ("_handler", "signin"), ("Form.Name", RegistryUnderTest.AdminName), ("Form.Password", RegistryUnderTest.Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", new Uri(site.Registry.Address, answer.Headers.Location!).AbsolutePath);
        Assert.Equal(site.Registry.Address.Authority, new Uri(site.Registry.Address, answer.Headers.Location!).Authority);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_everyone_who_holds_its_cookie()
    {
        using var browser = new PlainBrowser(site.Registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        var cookie = browser.Cookies.Single(c => c.Name == "acme-session");
        Assert.True(cookie.HttpOnly);
        using (await browser.PostAsync("/signout", await browser.TokenAsync("/")))
        {
        }
        using var thief = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = site.Registry.Address };
        thief.DefaultRequestHeaders.Add("Cookie", $"acme-session={cookie.Value}");
        using var answer = await thief.GetAsync("/directory");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/signin", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        await using var registry = new RegistryUnderTest();
        await registry.InitializeAsync();
        using var browser = new PlainBrowser(registry.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        var cookie = browser.Cookies.Single(c => c.Name == "acme-session").Value;
        await registry.RestartAsync();
        using var after = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = registry.Address };
        after.DefaultRequestHeaders.Add("Cookie", $"acme-session={cookie}");
        Assert.Contains("Sign out", await after.GetStringAsync("/"));
    }
}
