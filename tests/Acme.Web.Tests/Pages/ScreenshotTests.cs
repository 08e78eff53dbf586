using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Pages;

/// <summary>Pictures of every page for people to look at, in <c>artifacts/screenshots</c>; and no page scrolls sideways.</summary>
public sealed class ScreenshotTests(TestSite site)
{
    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_fits_its_screen_in_both_themes_and_when_narrow(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        await visit.FitItsScreenAsync(name);
    }
}
