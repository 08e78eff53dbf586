using Acme.Web.Tests.Browser;
using Acme.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

/// <summary>An admin lets the registry be tried from the status page.</summary>
public sealed class LoadTestTests(TestSite site)
{
    [Fact]
    public async Task A_load_test_is_started_by_its_button_followed_and_read()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/status");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Run the load test" }).ClickAsync();
        await visit.Page.GetByLabel("What the clients do").SelectOptionAsync(new SelectOptionValue { Label = "read metadata" });
        await visit.Page.GetByLabel("Clients at once").FillAsync("2");
        await visit.Page.GetByLabel("Seconds of each of two rounds").FillAsync("1");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Start the load test" }).ClickAsync();
        var run = visit.Page.GetByRole(AriaRole.Article).First;
        await Expect(run.GetByText("Running")).ToBeVisibleAsync();
        await visit.Page.ScreenshotAsync(new() { Path = Looks.PictureOf("load-test-running.light"), FullPage = true });
        // By itself: the page follows the run.
        await Expect(run.GetByText("Finished")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(run.GetByText("0 of them failed")).ToBeVisibleAsync();
        await visit.FitItsScreenAsync("load-test-finished");
        await run.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync();
        await Expect(visit.Page.Locator("svg").First).ToBeVisibleAsync();
        await visit.FitItsScreenAsync("load-test-report");

        await visit.GoAsync("/status/load-test");
        await run.GetByRole(AriaRole.Button, new() { Name = "Forget it" }).ClickAsync();
        await Expect(visit.Page.GetByText("None yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Numbers_that_make_no_sense_are_said_at_their_fields()
    {
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = false);
        await visit.GoAsync("/status/load-test");
        await visit.Page.GetByLabel("Clients at once").FillAsync("201");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Start the load test" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Give a number from 1 to 200.");
    }
}
