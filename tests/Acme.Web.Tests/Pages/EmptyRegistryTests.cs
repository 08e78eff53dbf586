using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Acme.Web.Tests.Pages;

/// <summary>A registry on its first day: every page that lists says that there is nothing, why, and what to do.</summary>
public sealed class EmptyRegistryTests(TestSite site, EmptyRegistry registry) : IClassFixture<EmptyRegistry>
{
    [Theory]
    [InlineData("home", "/", "There is nothing here yet", "Add one")]
    [InlineData("directory", "/directory", "There is nothing here yet", "Add one")]
    [InlineData("directory-filtered", "/directory?q=bert", "Nothing fits", "Show everything")]
    [InlineData("compare", "/compare", "Nothing to compare yet", "Look in the directory")]
    [InlineData("load-test", "/status/load-test", "None yet.", null)]
    [InlineData("admin-deleted", "/admin/deleted", "Nothing to restore", "Look in the directory")]
    public async Task A_page_that_lists_says_so_and_what_to_do(string name, string path, string said, string? way)
    {
        await using var visit = await OpenAsync(RegistryUnderTest.AdminName);
        await visit.GoAsync(path);
        await Expect(visit.Page.GetByText(said, new() { Exact = true }).First).ToBeVisibleAsync();
        await visit.ViolateNoRuleAsync($"empty-{name}");
        await visit.FitItsScreenAsync($"empty-{name}");
        if (way is null) return;
        await visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = way }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("status", "/status")]
    [InlineData("admin-users", "/admin")]
    [InlineData("admin-tokens", "/admin/tokens")]
    [InlineData("admin-policy", "/admin/policy")]
    [InlineData("admin-jobs", "/admin/jobs")]
    public async Task A_page_that_has_something_from_the_start_shows_it(string name, string path)
    {
        await using var visit = await OpenAsync(RegistryUnderTest.AdminName);
        await visit.GoAsync(path);
        await visit.ViolateNoRuleAsync($"empty-{name}");
        await visit.FitItsScreenAsync($"empty-{name}");
    }

    [Fact]
    public async Task A_dry_run_over_no_models_says_that_there_are_none()
    {
        await using var visit = await OpenAsync(RegistryUnderTest.AdminName);
        await visit.GoAsync("/admin/policy");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dry run" }).ClickAsync();
        await Expect(visit.Page.GetByText("There are no models to try it on.")).ToBeVisibleAsync();
        await visit.FitItsScreenAsync("empty-dry-run");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/directory")]
    public async Task Who_may_not_add_is_not_told_to(string path)
    {
        await using var visit = await OpenAsync(RegistryUnderTest.ReaderName);
        await visit.GoAsync(path);
        await Expect(visit.Page.GetByText("There is nothing here yet")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Add one" })).ToHaveCountAsync(0);
    }

    private async Task<Visit> OpenAsync(string user)
    {
        var visit = await site.Browser.OpenAsync(null, o => o.BaseURL = registry.Address.AbsoluteUri);
        await visit.SignInAsync(user, RegistryUnderTest.Password);
        return visit;
    }
}

/// <summary>A registry with users and nothing else.</summary>
public sealed class EmptyRegistry : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("acme-web-empty-").FullName;
    private ServerProcess _process = null!;

    public Uri Address => _process.Address;

    public async ValueTask InitializeAsync()
    {
        _process = await ServerProcess.StartAsync(
            "Acme.Standalone", "--Data:Directory", _data, "--Admin:Name", RegistryUnderTest.AdminName, "--Admin:Password", RegistryUnderTest.Password);
        var admin = new RegistryClient(new HttpClient { BaseAddress = Address });
        await admin.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        await admin.RegisterUserAsync(new() { Name = RegistryUnderTest.ReaderName, Password = RegistryUnderTest.Password, Permissions = [Permission.Search] });
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
