using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Pages;

/// <summary>No page violates WCAG 2.1 A or AA, as far as axe can tell, in either theme or on a narrow screen.</summary>
public sealed class AccessibilityTests(TestSite site)
{
    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_violates_no_rule(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        await visit.GoAsync(EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        foreach (var details in await visit.Page.QuerySelectorAllAsync("main details")) await details.EvaluateAsync("element => element.open = true");
        await visit.ViolateNoRuleAsync(name);
    }
}
