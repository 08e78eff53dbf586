using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace Acme.Api.Tests.Access;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class TokenTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    public static TheoryData<string, string> GoodSpellings => new()
    {
        { "X-Authorization", "bearer {0}" },
        { "X-Authorization", "Bearer {0}" },
        { "X-Authorization", "{0}" },
        { "X-Authorization", "\"bearer {0}\"" },
        { "X-Authorization", "\"{0}\"" },
        { "Authorization", "Bearer {0}" },
    };

    [Theory]
    [MemberData(nameof(GoodSpellings))]
    public async Task A_token_is_taken_in_every_spelling_that_clients_use(string header, string spelling)
    {
        var token = (await registry.App.TokenAsync())["bearer ".Length..];
        using var response = await ListAsync(header, string.Format(spelling, token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("bearer acme_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("bearer eyJhbGciOiJIUzI1NiJ9.e30.x")]
    [InlineData("\"\"")]
    [InlineData("'; DROP TABLE tokens; --")]
    public async Task Anything_else_is_403(string value)
    {
        using var response = await ListAsync("X-Authorization", value);
        Assert.Contains("PUT /authenticate", await response.ProblemAsync(403));
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var app = await RegistryApp.StartAsync("--Access:TokenLifetime", "00:00:05");
        var signedIn = Stopwatch.StartNew();
        using var client = await app.SignedInAsync();
        HttpResponseMessage response;
        do
        {
            await Task.Delay(200);
            response = await client.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        }
        while (response.IsSuccessStatusCode && signedIn.Elapsed < TimeSpan.FromMinutes(1));
        Assert.Contains("expired", await response.ProblemAsync(403));
        Assert.True(signedIn.Elapsed >= TimeSpan.FromSeconds(5), $"It was refused after {signedIn.Elapsed}.");
    }

    [Fact]
    public async Task A_token_is_good_for_a_thousand_calls_and_not_one_more()
    {
        await using var app = await RegistryApp.StartAsync();
        using var client = await app.SignedInAsync();
        var granted = 0;
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, ct) =>
        {
            using var response = await client.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""), ct);
            if (response.IsSuccessStatusCode) Interlocked.Increment(ref granted);
        });
        Assert.Equal(1000, granted);
        using var refused = await client.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        Assert.Contains("used up", await refused.ProblemAsync(403));
    }

    [Fact]
    public async Task Calls_that_need_no_token_cost_none()
    {
        await using var app = await RegistryApp.StartAsync("--Access:TokenCalls", "1");
        using var client = await app.SignedInAsync();
        for (var i = 0; i < 5; i++) (await client.GetAsync("/tracks")).EnsureSuccessStatusCode();
        (await client.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Guessing_is_locked_out_for_the_guesser_and_not_for_others()
    {
        await using var app = await RegistryApp.StartAsync("--Access:FailuresPerAddress", "3");
        for (var i = 0; i < 3; i++) await (await GuessAsync(app, "someone")).ProblemAsync(401);
        using var locked = await GuessAsync(app, "someone");
        await locked.ProblemAsync(429);
        Assert.True(locked.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await app.TokenAsync();
    }

    [Fact]
    public async Task Tokens_and_passwords_are_kept_only_as_hashes()
    {
        await using var app = await RegistryApp.StartAsync();
        var token = (await app.TokenAsync())["bearer ".Length..];
        var texts = await TestDrivers.CatalogTextsAsync(app.Data);
        Assert.Contains(texts, text => text.Contains(RegistryApp.AdminName, StringComparison.Ordinal));
        foreach (var text in texts)
        {
            Assert.DoesNotContain(token, text);
            Assert.DoesNotContain(RegistryApp.AdminPassword, text);
        }
    }

    private static Task<HttpResponseMessage> GuessAsync(RegistryApp app, string name) =>
        app.Http.PutAsJsonAsync("/authenticate", new { user = new { name, is_admin = false }, secret = new { password = "wrong password" } });

    private async Task<HttpResponseMessage> ListAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/artifacts") { Content = Zips.Json("""[{"name":"*"}]""") };
        request.Headers.TryAddWithoutValidation(header, value);
        return await registry.App.Http.SendAsync(request);
    }
}
