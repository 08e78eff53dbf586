using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Acme.Web.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Security;

/// <summary>The session's cookie is as narrow as the way that leads here allows.</summary>
public sealed class CookieTests(TestSite site)
{
    [Fact]
    public async Task Behind_a_proxy_that_ends_TLS_it_is_for_this_host_over_https_only()
    {
        await using var web = await ServerProcess.StartAsync("Acme.Web", "--Web:ApiAddress", site.Registry.Address.AbsoluteUri, "--Proxies:Trusted:0", "127.0.0.1");
        var (session, form, answer) = await SignInAsync(web.Address, "https");
        Assert.Equal(["httponly", "path=/", "samesite=lax", "secure"], Attributes(session, "__Host-acme-session"));
        Assert.StartsWith("__Host-", form);
        Assert.Contains("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Fact]
    public async Task Over_plain_http_it_is_without_the_prefix_that_browsers_would_refuse()
    {
        var (session, form, answer) = await SignInAsync(site.Registry.Address, null);
        Assert.Equal(["httponly", "path=/", "samesite=lax"], Attributes(session, "acme-session"));
        Assert.DoesNotContain("__Host-", form);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Nobody_but_a_trusted_proxy_can_say_that_it_was_https()
    {
        var (session, _, _) = await SignInAsync(site.Registry.Address, "https");
        Attributes(session, "acme-session");
    }

    [Fact]
    public async Task A_browser_keeps_and_presents_it_over_https()
    {
        var certificate = Path.Combine(Directory.CreateTempSubdirectory("acme-web-tls-").FullName, "localhost.pfx");
        try
        {
            await File.WriteAllBytesAsync(certificate, SelfSigned());
            await using var web = await ServerProcess.StartAsync(
                "Acme.Web", "--Web:ApiAddress", site.Registry.Address.AbsoluteUri, "--urls", "https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path", certificate);
            await using var visit = await site.Browser.OpenAsync(null, o => (o.BaseURL, o.IgnoreHTTPSErrors) = (web.Address.AbsoluteUri, true));
            await visit.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
            await visit.GoAsync("/directory");
            await Expect(visit.Page.GetByText("acme/review-classifier").First).ToBeVisibleAsync();
            var cookie = Assert.Single(await visit.Context.CookiesAsync(), c => c.Name == "__Host-acme-session");
            Assert.True(cookie is { Secure: true, HttpOnly: true, Path: "/", Domain: "127.0.0.1", SameSite: Microsoft.Playwright.SameSiteAttribute.Lax });
            Assert.Equal("", await visit.Page.EvaluateAsync<string>("document.cookie"));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(certificate)!, recursive: true);
        }
    }

    /// <summary>Signs in by the form; the cookies as they were sent, and the last answer.</summary>
    private static async Task<(string Session, string Form, HttpResponseMessage Answer)> SignInAsync(Uri address, string? scheme)
    {
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
        if (scheme is not null) browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        using var page = await browser.GetAsync("/signin");
        var form = page.Headers.GetValues("Set-Cookie").Single();
        var token = PlainBrowser.TokenIn(await page.Content.ReadAsStringAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/signin")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "signin", ["Form.Name"] = RegistryUnderTest.AdminName, ["Form.Password"] = RegistryUnderTest.Password, ["__RequestVerificationToken"] = token,
            }),
        };
        request.Headers.Add("Cookie", form[..form.IndexOf(';', StringComparison.Ordinal)]);
        var answer = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return (answer.Headers.GetValues("Set-Cookie").Single(c => c.Contains("acme-session", StringComparison.Ordinal)), form, answer);
    }

    /// <summary>The attributes beside the time when it ends, in lower case; there is no domain among them, or the whole domain would get it.</summary>
    private static IEnumerable<string> Attributes(string cookie, string name)
    {
        var parts = cookie.Split("; ");
        Assert.StartsWith(name + "=", parts[0]);
        Assert.Contains(parts, p => p.StartsWith("expires=", StringComparison.OrdinalIgnoreCase));
        return parts.Skip(1).Select(p => p.ToLowerInvariant()).Where(p => !p.StartsWith("expires=", StringComparison.Ordinal)).Order();
    }

    private static byte[] SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }
}
