using Acme.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Security;

/// <summary>A card that anyone wrote does nothing to whoever reads it.</summary>
public sealed class HostileCardTests(TestSite site)
{
    [Fact]
    public async Task A_hostile_card_runs_nothing_calls_nobody_and_covers_nothing()
    {
        await using var visit = await site.Browser.OpenAsync();
        visit.Expect(404); // the picture that it names and does not have
        List<string> elsewhere = [];
        visit.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.Registry.Address.AbsoluteUri, StringComparison.Ordinal)) elsewhere.Add(request.Url);
        };
        await visit.GoAsync($"/models/{site.Registry.IdOf(RegistryUnderTest.HostileName)}");
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Assertions.Expect(visit.Page.GetByText("The end of the card.")).ToBeVisibleAsync();

        Assert.DoesNotContain("owned", await visit.Page.TitleAsync());
        Assert.Empty(elsewhere);
        var card = visit.Page.Locator(".prose");
        await Assertions.Expect(card.Locator("script, iframe, object, embed, form, input, button, style, link, meta, base, video, picture, svg, math, [style], [class=skip]")).ToHaveCountAsync(0);
        Assert.Empty(await card.EvaluateAsync<string[]>(
            "card => [...card.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(a.value)).map(a => a.name + '=' + a.value)"));
        // The page has one "content" to skip to, and it is the page's own.
        await Assertions.Expect(visit.Page.Locator("#content")).ToHaveCountAsync(1);
        foreach (var link in await card.Locator("a[href]").AllAsync())
            Assert.True(await link.GetAttributeAsync("rel") is "nofollow noopener ugc" || (await link.GetAttributeAsync("href"))!.StartsWith('#'));
    }

    [Fact]
    public async Task A_picture_of_the_card_comes_from_the_artifact_and_can_run_nothing()
    {
        await using var visit = await site.Browser.OpenAsync();
        visit.Expect(404);
        await visit.GoAsync($"/models/{site.Registry.IdOf(RegistryUnderTest.HostileName)}");
        var pictures = visit.Page.Locator(".prose img");
        await Assertions.Expect(pictures).ToHaveCountAsync(2);
        var own = pictures.Last;
        await own.ScrollIntoViewIfNeededAsync();
        var source = (await own.GetAttributeAsync("src"))!;
        Assert.EndsWith("/image/images/own.svg", source);

        var response = await visit.Page.APIRequest.GetAsync(source);
        Assert.Equal(200, response.Status);
        Assert.Equal("image/svg+xml", response.Headers["content-type"]);
        Assert.Equal("nosniff", response.Headers["x-content-type-options"]);
        Assert.Contains("sandbox", response.Headers["content-security-policy"]);
        Assert.Contains("default-src 'none'", response.Headers["content-security-policy"]);
    }

    [Fact]
    public async Task A_wide_table_scrolls_within_a_region_that_the_keyboard_reaches()
    {
        await using var visit = await site.Browser.OpenAsync();
        visit.Expect(404);
        await visit.GoAsync($"/models/{site.Registry.IdOf(RegistryUnderTest.HostileName)}");
        var region = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Table of the card" }).First;
        await region.FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Page.WaitForFunctionAsync("document.activeElement.scrollLeft > 0");
    }
}
