using System.Net;
using Acme.Client;
using Acme.Web.Tests.Browser;
using Acme.Web.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

/// <summary>What a model would be rated, before anybody adds it.</summary>
public sealed class RateTests(TestSite site)
{
    private const string Model = "https://huggingface.co/acme-research/sharded-lm";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_of_the_hub_is_rated_with_its_reasons_and_not_added(bool script)
    {
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = script);
        await visit.GoAsync("/rate");
        await RateAsync(visit, Model);
        var result = visit.Page.GetByRole(AriaRole.Region, new() { Name = "sharded-lm" });
        await Expect(result).ToBeVisibleAsync();
        await Expect(result.GetByText("Bus factor").First).ToBeVisibleAsync();
        await Expect(result.GetByText("What holds it back most")).ToBeVisibleAsync();
        var refusal = await Assert.ThrowsAsync<RegistryException>(() => site.Registry.Admin.FindByNameAsync("sharded-lm"));
        Assert.Equal(HttpStatusCode.NotFound, refusal.Status);
        if (!script) return;
        await visit.ViolateNoRuleAsync("rate-result");
        await visit.FitItsScreenAsync("rate-result");
    }

    [Fact]
    public async Task What_was_rated_is_added_by_one_more_click_with_the_same_score()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/rate");
        await RateAsync(visit, "https://huggingface.co/acme-research/many-formats");
        var score = await visit.Page.Locator(".big-number").InnerTextAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add it to the registry" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/models/*");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("many-formats");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Rating", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText(score).First).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("https://example.org/not-a-model", "")]
    [InlineData("https://huggingface.co/acme-labs/none", "no public model")]
    [InlineData("https://huggingface.co/acme-labs/gated-model", "Sources:HuggingFace:Token")]
    public async Task What_cannot_be_rated_says_why_and_keeps_what_was_typed(string url, string why)
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/rate");
        await RateAsync(visit, url);
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(why);
        await Expect(visit.Page.GetByLabel("URL of the model")).ToHaveValueAsync(url);
    }

    private static async Task RateAsync(Visit visit, string url)
    {
        await visit.Page.GetByLabel("URL of the model").FillAsync(url);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Rate it" }).ClickAsync();
    }
}
