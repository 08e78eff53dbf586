using Microsoft.Playwright;

namespace Acme.Web.Tests.Browser;

/// <summary>One browser for the whole run; each test has a context of its own in it.</summary>
public sealed class Chromium(RegistryUnderTest registry) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, string> _sessions = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    /// <summary>A fresh context, signed in as the user unless that is null.</summary>
    public async Task<Visit> OpenAsync(string? user = RegistryUnderTest.AdminName, Action<BrowserNewContextOptions>? configure = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = registry.Address.AbsoluteUri, ViewportSize = new() { Width = 1280, Height = 900 }, Locale = "en" };
        if (user is not null) options.StorageState = await SessionOfAsync(user);
        configure?.Invoke(options);
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(15_000);
        return new(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        _gate.Dispose();
    }

    /// <summary>The cookies of somebody who signed in by the form, once a run.</summary>
    private async Task<string> SessionOfAsync(string user)
    {
        await _gate.WaitAsync();
        try
        {
            if (_sessions.TryGetValue(user, out var known)) return known;
            await using var visit = await OpenAsync(null);
            await visit.SignInAsync(user, RegistryUnderTest.Password);
            return _sessions[user] = await visit.Context.StorageStateAsync();
        }
        finally
        {
            _gate.Release();
        }
    }
}
