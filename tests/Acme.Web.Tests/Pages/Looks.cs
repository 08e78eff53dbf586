using Acme.Web.Tests.Browser;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Acme.Web.Tests.Pages;

/// <summary>How a page looks in either theme and on a narrow screen (320 px, which is 200 % of 640), to tests and to people.</summary>
internal static class Looks
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } };

    /// <summary>The picture of this name for people to look at.</summary>
    public static string PictureOf(string name, string kind = "png") => Path.Combine(Repository.Root, "artifacts", "screenshots", $"{name}.{kind}");

    /// <summary>Fails where axe finds a violation of WCAG 2.1 A or AA.</summary>
    public static Task ViolateNoRuleAsync(this Visit visit, string name) => visit.InEachLookAsync(async look =>
    {
        var violations = (await visit.Page.RunAxe(Rules)).Violations;
        Assert.True(violations.Length == 0, $"{name}, {look}:\n" + string.Join('\n', violations.Select(v =>
            $"{v.Id}: {v.Help}\n  " + string.Join("\n  ", v.Nodes.Select(n => $"{n.Html} | {string.Join("; ", n.Any.Select(a => a.Message))}")))));
    });

    /// <summary>Takes pictures, and fails where the page scrolls sideways.</summary>
    public static Task FitItsScreenAsync(this Visit visit, string name) => visit.InEachLookAsync(async look =>
    {
        await visit.Page.ScreenshotAsync(new() { Path = PictureOf($"{name}.{look}"), FullPage = true });
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways, {look}.");
    });

    private static async Task InEachLookAsync(this Visit visit, Func<string, Task> look)
    {
        foreach (var (name, theme, width) in new[] { ("light", ColorScheme.Light, 1280), ("dark", ColorScheme.Dark, 1280), ("narrow", ColorScheme.Light, 320) })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await visit.Page.SetViewportSizeAsync(width, 900);
            await look(name);
        }
    }
}
