using System.Text.RegularExpressions;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

/// <summary>Finding a model and understanding it.</summary>
public sealed class FindingTests(TestSite site)
{
    [Fact]
    public async Task Results_follow_what_is_typed_and_the_address_follows_them()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/directory");
        await visit.Page.GetByLabel("Name or words").PressSequentiallyAsync("review-cl");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme/review-classifier" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme/topic-classifier" })).ToHaveCountAsync(0);
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/directory\?.*q=review-cl"));
        // The address alone gives the same to somebody else.
        var shared = new Uri(visit.Page.Url).PathAndQuery;
        await visit.GoAsync(shared);
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme/review-classifier" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme/topic-classifier" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Conditions_that_cannot_be_used_are_said_at_their_fields()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/directory?pattern=%28a&minNetScore=7");
        await Expect(visit.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByLabel("Net score of at least")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task A_model_is_found_and_its_parent_reached_by_the_keyboard_alone()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("#content$"));
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("review-classifier");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/directory\?q=review-classifier$"));
        await TabToAsync(visit, "acme/review-classifier");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/models/[^/]+$"));
        await TabToAsync(visit, "Lineage");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/lineage$"));
        // The node in the picture, not the row of the table.
        await TabToAsync(visit, "acme/topic-classifier, model · registered");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("acme/topic-classifier");
    }

    [Fact]
    public async Task A_score_is_explained_down_to_the_line_that_it_rests_on()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/models/{site.Registry.IdOf("acme/review-classifier")}/rating");
        await visit.Page.Locator("summary").Filter(new() { HasText = "Ease of starting" }).ClickAsync();
        var metric = visit.Page.Locator("#ramp_up_time");
        await Expect(metric.GetByText("A section says how to use it.")).ToBeVisibleAsync();
        await Expect(metric.GetByRole(AriaRole.Link, new() { Name = "README.md, line 23" })).ToBeVisibleAsync();
        await Expect(metric.GetByText("Would raise it:")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Compute it again" }).ClickAsync();
        await Expect(visit.Page.GetByText("The same numbers came out")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Models_ticked_in_the_directory_stand_side_by_side()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/directory?type=model&q=classifier");
        await visit.Page.GetByLabel("Compare acme/review-classifier").CheckAsync();
        await visit.Page.GetByLabel("Compare acme/topic-classifier").CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Compare what is ticked" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(2);
        await visit.Page.GetByLabel("Name or id of a model").FillAsync("there-is/none");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no model named there-is/none.");
        await Expect(visit.Page.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(2);
    }

    private static async Task TabToAsync(Visit visit, string name)
    {
        await visit.Page.WaitForLoadStateAsync();
        for (var i = 0; i < 80; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()") == name) return;
        }
        Assert.Fail($"The keyboard does not reach “{name}”.");
    }
}
