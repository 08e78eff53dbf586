using System.Net;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Security;

/// <summary>The web UI as a process of its own, apart from the API.</summary>
public sealed class ApartTests(TestSite site)
{
    [Fact]
    public async Task Pages_work_from_a_process_of_their_own_with_the_same_sessions()
    {
        await using var web = await ServerProcess.StartAsync("Acme.Web", "--Web:ApiAddress", site.Registry.Address.AbsoluteUri);
        using var here = new PlainBrowser(web.Address);
        await here.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        Assert.Contains("acme/review-classifier", await here.Http.GetStringAsync("/directory"));
        Assert.Equal(HttpStatusCode.OK, (await here.Http.GetAsync("/alive")).StatusCode);

        // What one instance began, another goes on with.
        using var there = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = site.Registry.Address };
        there.DefaultRequestHeaders.Add("Cookie", $"acme-session={here.Cookies.Single(c => c.Name == "acme-session").Value}");
        Assert.Contains("Sign out", await there.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_page_says_so_when_the_API_does_not_answer()
    {
        await using var web = await ServerProcess.StartAsync("Acme.Web", "--Web:ApiAddress", "http://127.0.0.1:9/");
        using var browser = new PlainBrowser(web.Address);
        using var answer = await browser.Http.GetAsync("/status");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("The registry does not answer", await answer.Content.ReadAsStringAsync());
    }
}
