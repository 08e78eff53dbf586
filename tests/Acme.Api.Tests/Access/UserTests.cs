using System.Net;
using System.Net.Http.Json;

namespace Acme.Api.Tests.Access;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class UserTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private const string Password = "a password long enough";

    [Theory]
    [InlineData("search", "list", 200)]
    [InlineData("search", "upload", 403)]
    [InlineData("search", "download", 403)]
    [InlineData("upload", "upload", 201)]
    [InlineData("upload", "list", 403)]
    [InlineData("download", "download", 200)]
    [InlineData("download", "list", 403)]
    [InlineData("search", "users", 403)]
    [InlineData("upload", "reset", 401)]
    public async Task A_user_may_do_what_the_permissions_say(string permission, string deed, int status)
    {
        var name = $"may-{permission}-{deed}";
        await RegisterAsync(name, permission);
        using var user = await registry.App.SignedInAsync(name, Password);
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(name), name);
        using var response = deed switch
        {
            "list" => await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]""")),
            "upload" => await user.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel(name + deed), name + deed)),
            "download" => await user.GetAsync($"/artifacts/model/{id}/download"),
            "users" => await user.GetAsync("/users"),
            _ => await user.DeleteAsync("/reset"),
        };
        Assert.Equal(status, (int)response.StatusCode);
        if (status >= 400) await response.ProblemAsync(status);
    }

    [Fact]
    public async Task A_change_of_permissions_takes_effect_at_once()
    {
        await RegisterAsync("changing", "download");
        using var user = await registry.App.SignedInAsync("changing", Password);
        await (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
        (await registry.Admin.PatchAsync("/users/changing", Zips.Json("""{"permissions":["search"]}"""))).EnsureSuccessStatusCode();
        (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Tokens_die_with_their_user_and_do_not_come_back_with_the_name()
    {
        await RegisterAsync("mortal", "search");
        using var user = await registry.App.SignedInAsync("mortal", Password);
        (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).EnsureSuccessStatusCode();
        (await registry.Admin.DeleteAsync("/users/mortal")).EnsureSuccessStatusCode();
        await (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
        await RegisterAsync("mortal", "search");
        await (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
    }

    [Fact]
    public async Task A_new_password_voids_the_tokens()
    {
        await RegisterAsync("careful", "search");
        using var user = await registry.App.SignedInAsync("careful", Password);
        (await registry.Admin.PatchAsync("/users/careful", Zips.Json("""{"password":"another long password"}"""))).EnsureSuccessStatusCode();
        await (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
        await registry.App.TokenAsync("careful", "another long password");
    }

    [Theory]
    [InlineData("""{"name":"x","password":"short","permissions":[]}""", 400)]
    [InlineData("""{"name":"","password":"a password long enough","permissions":[]}""", 400)]
    [InlineData("""{"name":"x\u0000y","password":"a password long enough","permissions":[]}""", 400)]
    [InlineData("""{"name":"x","password":"a password long enough","permissions":["fly"]}""", 400)]
    [InlineData("""{"name":"x","password":"a password long enough","permissions":[1]}""", 400)]
    [InlineData("""{"name":"x","password":"a password long enough"}""", 400)]
    [InlineData("""{"name":"ece30861defaultadminuser","password":"a password long enough","permissions":[]}""", 409)]
    public async Task A_registration_that_breaks_a_rule_is_refused(string body, int status) =>
        await (await registry.Admin.PostAsync("/users", Zips.Json(body))).ProblemAsync(status);

    [Fact]
    public async Task Names_with_slashes_quotes_and_other_scripts_work()
    {
        foreach (var name in new[] { "team/alice", "o'hara \"x\"", "مستخدم", "50% off" })
        {
            await RegisterAsync(name, "search");
            await registry.App.TokenAsync(name, Password);
            using var response = await registry.Admin.GetAsync($"/users/{Uri.EscapeDataString(name)}");
            Assert.Equal(name, (await response.JsonAsync()).GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task The_configured_administrator_cannot_be_changed_or_deleted_here()
    {
        var path = $"/users/{RegistryApp.AdminName}";
        await (await registry.Admin.DeleteAsync(path)).ProblemAsync(400);
        await (await registry.Admin.PatchAsync(path, Zips.Json("""{"permissions":[]}"""))).ProblemAsync(400);
    }

    [Fact]
    public async Task Users_are_listed_in_pages_without_their_secrets()
    {
        for (var i = 0; i < 5; i++) await RegisterAsync($"paged-{i}", "search");
        var names = new List<string>();
        string? offset = null;
        do
        {
            using var response = await registry.Admin.GetAsync($"/users?limit=2{(offset is null ? "" : $"&offset={offset}")}");
            var text = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
            names.AddRange((await response.JsonAsync()).EnumerateArray().Select(u => u.GetProperty("name").GetString()!));
            offset = response.Headers.TryGetValues("offset", out var next) ? next.Single() : null;
        }
        while (offset is not null);
        Assert.Equal(names.Distinct().Count(), names.Count);
        Assert.Subset(names.ToHashSet(), Enumerable.Range(0, 5).Select(i => $"paged-{i}").ToHashSet());
    }

    private async Task RegisterAsync(string name, params string[] permissions)
    {
        using var response = await registry.Admin.PostAsJsonAsync("/users", new { name, password = Password, permissions });
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }
}
