using System.Net;
using System.Net.Http.Json;
using Acme.Standalone;
using Microsoft.AspNetCore.Builder;

namespace Acme.Api.Tests;

/// <summary>The standalone registry, really listening on a loopback port of its own, on a data directory of its own.</summary>
public sealed class RegistryApp : IAsyncDisposable
{
    public const string AdminName = "ece30861defaultadminuser";
    public const string AdminPassword = "correcthorsebatterystaple123(!__+@**(A'\"`;DROP TABLE artifacts;";

    private readonly WebApplication _app;
    private readonly bool _ownsData;

    private RegistryApp(WebApplication app, string data, bool ownsData)
    {
        (_app, Data, _ownsData) = (app, data, ownsData);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string Data { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RegistryApp> StartAsync(params string[] settings) => await StartOnAsync(null, settings);

    public static async Task<RegistryApp> StartOnAsync(string? data, params string[] settings)
    {
        var directory = data ?? Directory.CreateTempSubdirectory("acme-api-").FullName;
        var app = StandaloneApp.Build(
        [
            "--environment", "Development", "--urls", "http://127.0.0.1:0",
            "--Data:Directory", directory, "--Logging:Console:LogLevel:Default", "None", .. TestDrivers.SettingsFor(directory), .. settings,
        ]);
        await app.StartAsync();
        return new(app, directory, data is null);
    }

    /// <summary>A client that sends the token of this user with every call.</summary>
    public async Task<HttpClient> SignedInAsync(string name = AdminName, string password = AdminPassword)
    {
        var client = new HttpClient { BaseAddress = Http.BaseAddress };
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Authorization", await TokenAsync(name, password));
        return client;
    }

    public async Task<string> TokenAsync(string name = AdminName, string password = AdminPassword)
    {
        using var response = await Http.PutAsJsonAsync(
            "/authenticate", new { user = new { name, is_admin = true }, secret = new { password } });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<string>())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsData) Directory.Delete(Data, recursive: true);
    }
}

/// <summary>One registry for a class of tests that do not disturb each other.</summary>
public sealed class SharedRegistry : IAsyncLifetime
{
    public RegistryApp App { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await RegistryApp.StartAsync("--Access:TokenCalls", "100000");
        Admin = await App.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await App.DisposeAsync();
    }
}
