using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Pages;

/// <summary>On paper: what was to be read, without what was to be pressed. Pictures and PDFs for people to look at are in <c>artifacts/screenshots</c>.</summary>
public sealed class PrintTests(TestSite site)
{
    public static TheoryData<string> Pages => ["home", "directory", "artifact-card", "artifact-files", "artifact-rating", "artifact-lineage", "artifact-license", "artifact-revisions", "compare", "status"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Navigation_and_forms_are_left_out_and_what_is_to_be_read_stays(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name), o => o.ColorScheme = ColorScheme.Dark);
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry));
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await visit.Page.PdfAsync(new() { Path = Looks.PictureOf($"{name}.print", "pdf"), Format = "A4", PrintBackground = false });
        // As wide as A4 at 96 dpi, without its margins.
        await visit.Page.SetViewportSizeAsync(718, 1000);
        await visit.Page.ScreenshotAsync(new() { Path = Looks.PictureOf($"{name}.print"), FullPage = true });

        await Expect(visit.Page.Locator("h1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("nav:visible, button:visible, input:visible, select:visible, .skip:visible, .bottom:visible")).ToHaveCountAsync(0);
        // Black on white, whatever the screen's theme.
        Assert.Equal(("rgb(0, 0, 0)", "rgb(255, 255, 255)"), await ColoursAsync(visit, "body"));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, pre, .visually-hidden'))
                .map(e => `${e.tagName}.${e.getAttribute('class')}: ${e.getBoundingClientRect().right}`)
            """));
    }

    [Fact]
    public async Task A_link_out_of_a_card_says_where_it_leads_and_folded_findings_are_unfolded()
    {
        await using var visit = await site.Browser.OpenAsync();
        var id = await site.Registry.UploadAsync("somebody/printed", Zips.Model("# Printed\n\nSee [the paper](https://example.org/paper) and [below](#printed).\n"));
        await visit.GoAsync($"/models/{id}");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.Equal("\" (https://example.org/paper)\"", await AfterAsync(visit, "the paper"));
        Assert.Equal("none", await AfterAsync(visit, "below"));

        await visit.GoAsync($"/models/{id}/rating");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        var folded = visit.Page.Locator("details:not([open])");
        Assert.NotEqual(0, await folded.CountAsync());
        foreach (var details in await folded.AllAsync()) Assert.True(await details.EvaluateAsync<bool>("d => [...d.children].every(c => c.checkVisibility({ contentVisibilityAuto: true }) && c.getBoundingClientRect().height > 0)"));
    }

    private static async Task<(string Ink, string Paper)> ColoursAsync(Visit visit, string selector)
    {
        var colours = await visit.Page.Locator(selector).EvaluateAsync<string[]>("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]");
        return (colours[0], colours[1]);
    }

    private static Task<string> AfterAsync(Visit visit, string link) =>
        visit.Page.Locator(".prose").GetByRole(AriaRole.Link, new() { Name = link }).EvaluateAsync<string>("e => getComputedStyle(e, '::after').content.replace('\" (\" attr(href) \")\"', '\" (' + e.getAttribute('href') + ')\"')");
}
