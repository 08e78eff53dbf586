using System.Net;
using Acme.Client.Contract;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

/// <summary>Contents that were replaced by mistake come back.</summary>
public sealed class RestoreTests(TestSite site)
{
    private const string First = "acme-research/tinybert-sentiment", Mistake = "acme-labs/toy-classifier";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_earlier_revision_is_restored_after_a_second_yes_with_and_without_script(bool script)
    {
        var (id, earlier) = await ReplacedAsync($"somebody/undone-{script}");
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = script);
        await visit.GoAsync($"/models/{id}/revisions");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = $"Restore revision {earlier[..10]}" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = $"Restore revision {earlier[..10]}?" })).ToBeInViewportAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"Revision {earlier[..10]} is current again.");
        await Expect(visit.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);

        await visit.GoAsync($"/models/{id}");
        await Expect(visit.Page.GetByText("Irony is read as praise")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_changes_their_mind_leaves_it_as_it_is()
    {
        var (id, earlier) = await ReplacedAsync("somebody/left");
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/models/{id}/revisions?restore={earlier}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Leave it as it is" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" })).ToHaveCountAsync(0);
        Assert.Equal(2, (await site.Registry.Admin.GetSummaryAsync(ArtifactType.Model, id)).Revisions.Count);
    }

    [Fact]
    public async Task In_two_tabs_the_second_yes_changes_nothing_more()
    {
        var (id, earlier) = await ReplacedAsync("somebody/two-tabs");
        await using var visit = await site.Browser.OpenAsync();
        var other = await visit.Context.NewPageAsync();
        var address = $"/models/{id}/revisions?restore={earlier}";
        await visit.GoAsync(address);
        await other.GotoAsync(address);
        foreach (var tab in new[] { visit.Page, other })
        {
            await tab.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
            await Expect(tab.GetByRole(AriaRole.Status)).ToContainTextAsync("is current again");
        }
        Assert.Equal(3, (await site.Registry.Admin.GetSummaryAsync(ArtifactType.Model, id)).Revisions.Count);
    }

    [Fact]
    public async Task A_refusal_is_said_and_changes_nothing()
    {
        var (id, earlier) = await ReplacedAsync("somebody/homeless");
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/models/{id}/revisions?restore={earlier}");
        var other = await site.Registry.Admin.IngestAsync(ArtifactType.Model, new() { Url = $"https://huggingface.co/{First}", Name = "somebody/squatter" });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(other.Metadata.Id);
        Assert.Equal(2, (await site.Registry.Admin.GetSummaryAsync(ArtifactType.Model, id)).Revisions.Count);
        await site.Registry.Admin.DeleteAsync(ArtifactType.Model, other.Metadata.Id);
        await site.Registry.Admin.DeleteAsync(ArtifactType.Model, id);
    }

    [Fact]
    public async Task Who_may_not_upload_is_offered_nothing_and_refused_where_they_send_the_form_all_the_same()
    {
        var id = site.Registry.IdOf(RegistryUnderTest.ReplacedName);
        var address = $"/models/{id}/revisions?restore={site.Registry.EarlierRevision}";
        await using (var visit = await site.Browser.OpenAsync(RegistryUnderTest.ReaderName))
        {
            await visit.GoAsync(address);
            await Expect(visit.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
            await Expect(visit.Page.GetByText("Restore")).ToHaveCountAsync(0);
        }
        using var reader = new PlainBrowser(site.Registry.Address);
        await reader.SignInAsync(RegistryUnderTest.ReaderName, RegistryUnderTest.Password);
        using var sent = await reader.PostAsync(address, await reader.TokenAsync("/"), ("_handler", "restore"), ("Revision", site.Registry.EarlierRevision));
        Assert.Equal(HttpStatusCode.BadRequest, sent.StatusCode);

        using var admin = new PlainBrowser(site.Registry.Address);
        await admin.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        using var forged = await admin.PostAsync(address, null, ("_handler", "restore"), ("Revision", site.Registry.EarlierRevision));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal(2, (await site.Registry.Admin.GetSummaryAsync(ArtifactType.Model, id)).Revisions.Count);
    }

    /// <summary>A model of its own: the two repositories of the hub may each be registered once.</summary>
    private async Task<(string Id, string Earlier)> ReplacedAsync(string name)
    {
        foreach (var repository in new[] { First, Mistake })
        {
            foreach (var there in (await site.Registry.Admin.BrowseAsync(new() { Types = [ArtifactType.Model], Limit = 200 })).Items)
            {
                if (there.Url == $"https://huggingface.co/{repository}") await site.Registry.Admin.DeleteAsync(ArtifactType.Model, there.Id);
            }
        }
        return await site.Registry.RegisterReplacedAsync(name, First, Mistake);
    }
}
