using System.Security.Cryptography;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

public sealed class UploadTests(TestSite site)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ZIP_is_sent_rated_and_shown_with_and_without_script(bool script)
    {
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = script);
        await visit.GoAsync("/upload");
        await ChooseAsync(visit, $"somebody/sent-{script}", Zips.Model());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/models/*");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"somebody/sent-{script}");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "why?" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_ZIP_that_is_none_is_refused_with_the_reason_and_the_form_stays()
    {
        await using var visit = await site.Browser.OpenAsync();
        visit.Expect(400);
        await visit.GoAsync("/upload");
        await ChooseAsync(visit, "somebody/broken", [1, 2, 3, 4]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await Expect(visit.Page.Locator(".said.bad")).Not.ToBeEmptyAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" })).ToBeEnabledAsync();
    }

    [Fact]
    public async Task An_upload_can_be_cancelled_and_leaves_nothing()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/upload");
        var network = await visit.Context.NewCDPSessionAsync(visit.Page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = 20_000 });
        await ChooseAsync(visit, "somebody/cancelled", Zips.Model(more: ("notes.txt", Convert.ToHexString(RandomNumberGenerator.GetBytes(400_000)))));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(visit.Page.GetByText("Cancelled; nothing was added.")).ToBeVisibleAsync();
        await Assert.ThrowsAsync<Acme.Client.RegistryException>(() => site.Registry.Admin.FindByNameAsync("somebody/cancelled"));
    }

    [Fact]
    public async Task A_URL_that_cannot_be_read_is_refused_with_the_reason()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/upload");
        await visit.Page.GetByLabel("URL", new() { Exact = true }).FillAsync("ftp://example.org/model");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("URL", new() { Exact = true })).ToHaveValueAsync("ftp://example.org/model");
    }

    [Fact]
    public async Task An_ingest_whose_source_gives_nothing_says_why()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/upload/models/{site.Registry.UnreachableId}");
        // By itself: the page follows the ingest.
        var notice = visit.Page.Locator("#progress .notice");
        await Expect(notice).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(notice.GetByRole(AriaRole.Listitem).First).Not.ToBeEmptyAsync();
    }

    private static async Task ChooseAsync(Visit visit, string name, byte[] zip)
    {
        var form = visit.Page.GetByRole(AriaRole.Region, new() { Name = "A ZIP of your own" });
        await form.GetByLabel("Name (optional)").FillAsync(name);
        await form.GetByLabel("ZIP file").SetInputFilesAsync(new FilePayload { Name = "model.zip", MimeType = "application/zip", Buffer = zip });
    }
}
