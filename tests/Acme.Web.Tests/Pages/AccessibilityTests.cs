using Acme.Web.Tests.Browser;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Pages;

/// <summary>No page violates WCAG 2.1 A or AA, as far as axe can tell, in either theme or on a narrow screen.</summary>
public sealed class AccessibilityTests(TestSite site)
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } };

    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_violates_no_rule(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        foreach (var details in await visit.Page.QuerySelectorAllAsync("main details")) await details.EvaluateAsync("element => element.open = true");
        foreach (var (theme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await visit.Page.SetViewportSizeAsync(width, 900);
            var violations = (await visit.Page.RunAxe(Rules)).Violations;
            Assert.True(violations.Length == 0, $"{name}, {theme}, {width} px:\n" + string.Join('\n', violations.Select(v =>
                $"{v.Id}: {v.Help}\n  " + string.Join("\n  ", v.Nodes.Select(n => $"{n.Html} | {string.Join("; ", n.Any.Select(a => a.Message))}")))));
        }
    }
}
