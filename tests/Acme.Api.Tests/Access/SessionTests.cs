using System.Net;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.Tests.Access;

/// <summary>Sessions of browsers, and the list of tokens.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Password = "a password long enough";

    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await RegistryApp.StartAsync("--Access:SessionLifetime", "02:00:00", "--Access:SessionCalls", "5", "--Access:FailuresPerAddress", "3");
        _admin = await _app.SignedInAsync();
        await new RegistryClient(_admin).RegisterUserAsync(new() { Name = "ada", Password = Password, Permissions = [Permission.Search, Permission.Upload] });
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_session_tells_whose_it_is_lasts_as_configured_and_ends_when_asked()
    {
        var client = new RegistryClient(_app.Http);
        var begun = await client.BeginSessionAsync("ada", Password);
        Assert.StartsWith("bearer acme_", begun.Token);
        Assert.Equal(("ada", false, 5), (begun.Session.Name, begun.Session.IsAdmin, begun.Session.CallsLeft));
        Assert.Equal([Permission.Upload, Permission.Search], begun.Session.Permissions);
        Assert.InRange(begun.Session.ExpiresAt, DateTime.UtcNow.AddMinutes(100), DateTime.UtcNow.AddMinutes(125));

        var current = await client.GetSessionAsync();
        Assert.Equal(("ada", 4), (current.Name, current.CallsLeft));
        await client.EndSessionAsync();
        client.UseToken(begun.Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<RegistryException>(() => client.GetSessionAsync())).Status);
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        using var data = new TemporaryDirectory();
        string token;
        await using (var app = await RegistryApp.StartOnAsync(data.Path))
        {
            token = (await new RegistryClient(app.Http).BeginSessionAsync(RegistryApp.AdminName, RegistryApp.AdminPassword)).Token;
        }
        await using var restarted = await RegistryApp.StartOnAsync(data.Path);
        var client = new RegistryClient(restarted.Http);
        client.UseToken(token);
        Assert.True((await client.GetSessionAsync()).IsAdmin);
    }

    [Fact]
    public async Task A_wrong_password_is_401_and_guessing_is_429()
    {
        for (var i = 0; i < 3; i++)
        {
            using var wrong = await _app.Http.PostAsync("/sessions", Zips.Json("""{"name":"ada","password":"wrong wrong wrong"}"""));
            await wrong.ProblemAsync(401);
        }
        using var held = await _app.Http.PostAsync("/sessions", Zips.Json($$"""{"name":"ada","password":"{{Password}}"}"""));
        await held.ProblemAsync(429);
        Assert.NotNull(held.Headers.RetryAfter);
        await (await _app.Http.PostAsync("/sessions", Zips.Json("""{"name":"ada"}"""))).ProblemAsync(400);
        await (await _app.Http.GetAsync("/sessions/current")).ProblemAsync(403);
        await (await _app.Http.DeleteAsync("/sessions/current")).ProblemAsync(403);
    }

    [Fact]
    public async Task Admins_list_tokens_without_their_text_and_void_them()
    {
        var ada = new RegistryClient(_app.Http);
        var begun = await ada.BeginSessionAsync("ada", Password);
        var admin = new RegistryClient(_admin);
        using var response = await _admin.GetAsync("/tokens");
        Assert.DoesNotContain(begun.Token["bearer acme_".Length..], await response.Content.ReadAsStringAsync());

        var tokens = (await admin.ListTokensAsync()).Items;
        Assert.Equal(RegistryApp.AdminName, Assert.Single(tokens, t => t.IsCurrent).User);
        var hers = Assert.Single(tokens, t => t.User == "ada");
        Assert.Equal(5, hers.CallsLeft);
        var first = await admin.ListTokensAsync(limit: 1);
        Assert.NotNull(first.Next);
        Assert.Equal(tokens.Skip(1).Select(t => t.Id), (await admin.ListTokensAsync(first.Next)).Items.Select(t => t.Id));

        await Assert.ThrowsAsync<RegistryException>(() => ada.ListTokensAsync());
        await admin.DeleteTokenAsync(hers.Id);
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<RegistryException>(() => ada.GetSessionAsync())).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<RegistryException>(() => admin.DeleteTokenAsync(hers.Id))).Status);
    }
}
