using Microsoft.Playwright;

namespace Acme.Web.Tests.Browser;

/// <summary>A visit of one page after the other. What the browser complains about (scripts, policy violations, missing assets) fails the test at its end.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly List<string> _complaints = [];
    private readonly HashSet<int> _expected = [];

    public Visit(IBrowserContext context, IPage page)
    {
        (Context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !_expected.Any(s => message.Text.Contains($"status of {s}", StringComparison.Ordinal))) _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Answers with this status are what the test is about; the browser's line about them is no complaint.</summary>
    public void Expect(int status) => _expected.Add(status);

    public async Task<IResponse> GoAsync(string path, int status = 200)
    {
        if (status >= 400) Expect(status);
        var response = await Page.GotoAsync(path);
        Assert.Equal(status, response!.Status);
        return response;
    }

    public async Task SignInAsync(string user, string password)
    {
        await GoAsync("/signin");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(user);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Assert.True(_complaints.Count == 0, "The browser complained:\n" + string.Join('\n', _complaints));
    }
}
