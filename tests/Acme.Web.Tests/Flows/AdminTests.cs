using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Flows;

public sealed class AdminTests(TestSite site)
{
    [Fact]
    public async Task A_user_is_added_may_do_only_what_was_given_is_signed_out_and_deleted()
    {
        await using var admin = await site.Browser.OpenAsync();
        await admin.GoAsync("/admin");
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("visitor");
        await admin.Page.GetByLabel("Password").FillAsync(RegistryUnderTest.Password);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add the user" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("visitor was saved.");

        await using var visitor = await site.Browser.OpenAsync(null);
        await visitor.SignInAsync("visitor", RegistryUnderTest.Password);
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Admin" })).ToHaveCountAsync(0);
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Add", Exact = true })).ToHaveCountAsync(0);
        await visitor.GoAsync("/admin/users/visitor", 403);
        await Expect(visitor.Page.GetByText("It needs the permission “admin”")).ToBeVisibleAsync();

        await admin.GoAsync("/admin/tokens");
        await admin.Page.GetByRole(AriaRole.Row, new() { Name = "visitor" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Row, new() { Name = "visitor" })).ToHaveCountAsync(0);
        await visitor.GoAsync("/directory");
        await Expect(visitor.Page.GetByText("Your session has ended.")).ToBeVisibleAsync();

        await admin.GoAsync("/admin/users/visitor");
        await admin.Page.GetByText("Delete this user").ClickAsync();
        await admin.Page.GetByLabel("Yes, delete visitor").CheckAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the user" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("visitor was deleted");
    }

    [Fact]
    public async Task A_model_is_deleted_only_after_a_second_yes()
    {
        var id = await site.Registry.UploadAsync("somebody/mistake", Zips.Model());
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync($"/models/{id}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Delete somebody/mistake?" })).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Expect(visit.Page.GetByText("somebody/mistake was deleted.")).ToBeVisibleAsync();
        await visit.GoAsync($"/models/{id}", 404);
    }

    [Fact]
    public async Task A_policy_is_tried_before_it_is_switched_to_and_nonsense_is_refused()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/admin/policy");
        var document = visit.Page.GetByLabel("Policy document (JSON)");
        await document.FillAsync((await document.InputValueAsync()).Replace("\"net_score\": 0.5", "\"net_score\": 0.99", StringComparison.Ordinal));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(visit.Page.GetByText("Net score: 0.").First).ToBeVisibleAsync();
        await document.FillAsync("{");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is no JSON");
    }

    [Fact]
    public async Task Nothing_is_reset_unless_the_words_are_typed()
    {
        await using var visit = await site.Browser.OpenAsync();
        await visit.GoAsync("/admin/reset");
        await visit.Page.GetByLabel("To go on, type").FillAsync("delete");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete everything" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nothing was deleted");
        Assert.NotEmpty((await site.Registry.Admin.ListAsync([new() { Name = "*" }])).Items);
    }
}
