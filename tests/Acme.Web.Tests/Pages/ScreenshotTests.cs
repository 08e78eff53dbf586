using Acme.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Pages;

/// <summary>Pictures of every page for people to look at, in <c>artifacts/screenshots</c>; and no page scrolls sideways, also at 320 px, which is 200 % of 640.</summary>
public sealed class ScreenshotTests(TestSite site)
{
    public static TheoryData<string> Pages => EveryPage.Names;

    private static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "screenshots");

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_fits_its_screen_in_both_themes_and_when_narrow(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        foreach (var (theme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await visit.Page.SetViewportSizeAsync(width, 900);
            var suffix = width == 320 ? "narrow" : theme.ToString().ToLowerInvariant();
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.{suffix}.png"), FullPage = true });
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width} px.");
        }
    }
}
