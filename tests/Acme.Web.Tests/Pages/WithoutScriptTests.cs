using Acme.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Pages;

/// <summary>Everything can be read, found and downloaded where scripts do not run.</summary>
public sealed class WithoutScriptTests(TestSite site)
{
    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_shows_its_heading_and_nothing_that_only_a_script_could_use(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name), o => o.JavaScriptEnabled = false);
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.Locator("h1")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator("copy-text button:visible, live-page button:visible")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_model_is_found_understood_and_its_weights_downloaded_by_plain_links_and_forms()
    {
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = false);
        await visit.GoAsync("/");
        await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("review-class");
        await visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme/review-classifier" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Rating", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("What holds it back most")).ToBeVisibleAsync();
        await visit.Page.GetByText("Bus factor").First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Files" }).ClickAsync();
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Only the weights" }).ClickAsync());
        using var zip = System.IO.Compression.ZipFile.OpenRead(await download.PathAsync());
        Assert.Equal(["model.safetensors"], zip.Entries.Select(e => e.Name));
    }
}
