using System.Net;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

/// <summary>What was deleted by mistake comes back.</summary>
public sealed class UndeleteTests(TestSite site)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_restores_what_was_deleted_after_a_second_yes_with_and_without_script(bool script)
    {
        var name = $"somebody/undeleted-{script}";
        var id = await site.Registry.UploadAsync(name, Zips.Model());
        await using var visit = await site.Browser.OpenAsync(configure: o => o.JavaScriptEnabled = script);
        await visit.GoAsync($"/models/{id}/delete");
        await Expect(visit.Page.GetByText($"until {DateTime.UtcNow.AddDays(14):d MMM yyyy}")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "See what can be restored" }).ClickAsync();

        var row = visit.Page.GetByRole(AriaRole.Row, new() { Name = name });
        await Expect(row).ToContainTextAsync(RegistryUnderTest.AdminName);
        await row.GetByRole(AriaRole.Link, new() { Name = $"Restore {name}" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = $"Restore {name}?" })).ToBeInViewportAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"{name} is back.");
        await Expect(row).ToHaveCountAsync(0);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Look at it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_changes_their_mind_leaves_it_deleted()
    {
        var id = await DeletedAsync("somebody/left-deleted");
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/admin/deleted?restore={id}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Leave it deleted" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" })).ToHaveCountAsync(0);
        await visit.GoAsync($"/models/{id}", 404);
    }

    [Fact]
    public async Task In_two_tabs_the_second_yes_finds_it_there()
    {
        var id = await DeletedAsync("somebody/undeleted-twice");
        await using var visit = await site.Browser.OpenAsync();
        var other = await visit.Context.NewPageAsync();
        await visit.GoAsync($"/admin/deleted?restore={id}");
        await other.GotoAsync($"/admin/deleted?restore={id}");
        foreach (var tab in new[] { visit.Page, other })
        {
            await tab.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
            await Expect(tab.GetByRole(AriaRole.Status)).ToContainTextAsync("somebody/undeleted-twice is back.");
        }
    }

    [Fact]
    public async Task A_refusal_is_said_and_changes_nothing()
    {
        const string url = "https://example.org/undelete/taken.zip";
        var id = await DeletedAsync("somebody/evicted", url);
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/admin/deleted?restore={id}");
        using var zip = new MemoryStream(Zips.Model());
        var other = (await site.Registry.Admin.UploadAsync(ArtifactType.Model, zip, "model.zip", "somebody/squatter", url)).Metadata.Id;
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(other);
        await Expect(visit.Page.GetByRole(AriaRole.Row, new() { Name = "somebody/evicted" })).ToBeVisibleAsync();

        // As the refusal says.
        await site.Registry.Admin.DeleteAsync(ArtifactType.Model, other);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("somebody/evicted is back.");
        await site.Registry.Admin.DeleteAsync(ArtifactType.Model, id);
    }

    [Fact]
    public async Task Who_is_no_administrator_is_offered_nothing_and_forged_forms_are_refused()
    {
        var id = await DeletedAsync("somebody/guarded");
        var address = $"/admin/deleted?restore={id}";
        (string, string)[] form = [("_handler", "restore-artifact"), ("Form.Id", id), ("Form.Kind", "models"), ("Form.Name", "somebody/guarded")];
        await using (var visit = await site.Browser.OpenAsync(RegistryUnderTest.ReaderName))
        {
            await visit.GoAsync("/directory?deleted=somebody%2Fguarded");
            await Expect(visit.Page.GetByText("somebody/guarded was deleted.")).ToBeVisibleAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "See what can be restored" })).ToHaveCountAsync(0);
            await visit.GoAsync(address, 403);
        }
        using var reader = new PlainBrowser(site.Registry.Address);
        await reader.SignInAsync(RegistryUnderTest.ReaderName, RegistryUnderTest.Password);
        using var sent = await reader.PostAsync(address, await reader.TokenAsync("/"), form);
        Assert.Equal(HttpStatusCode.Forbidden, sent.StatusCode);

        using var admin = new PlainBrowser(site.Registry.Address);
        await admin.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        using var forged = await admin.PostAsync(address, null, form);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        await Assert.ThrowsAsync<RegistryException>(() => site.Registry.Admin.GetSummaryAsync(ArtifactType.Model, id));
    }

    private async Task<string> DeletedAsync(string name, string? url = null)
    {
        using var zip = new MemoryStream(Zips.Model());
        var id = (await site.Registry.Admin.UploadAsync(ArtifactType.Model, zip, "model.zip", name, url)).Metadata.Id;
        await site.Registry.Admin.DeleteAsync(ArtifactType.Model, id);
        return id;
    }
}
