using Acme.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Pages;

/// <summary>Pictures of every page for people to look at, in <c>artifacts/screenshots</c>.</summary>
public sealed class ScreenshotTests(TestSite site)
{
    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_looked_at_in_both_themes_and_on_a_narrow_screen(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry));
        foreach (var (theme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme });
            await visit.Page.SetViewportSizeAsync(width, 900);
            var suffix = width == 320 ? "narrow" : theme.ToString().ToLowerInvariant();
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.{suffix}.png"), FullPage = true });
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width} px.");
        }
    }

    private static string Folder { get; } = Path.Combine(RootOf(AppContext.BaseDirectory), "artifacts", "screenshots");

    private static string RootOf(string directory)
    {
        while (!File.Exists(Path.Combine(directory, "Acme.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Not inside the repository.");
        return directory;
    }
}
