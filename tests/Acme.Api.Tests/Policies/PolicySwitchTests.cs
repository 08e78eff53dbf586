using System.Net;
using System.Text.Json;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.Tests.Policies;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class PolicySwitchTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_switch_changes_verdicts_is_kept_over_a_restart_and_can_be_taken_back()
    {
        string id;
        await using (var app = await RegistryApp.StartOnAsync(_data.Path))
        {
            using var admin = await app.SignedInAsync();
            var client = new RegistryClient(admin);
            var before = await client.GetPolicyAsync();
            Assert.Equal(("default", PolicyOrigin.Configured, null), (before.Name, before.Origin, before.SwitchedBy));
            Assert.True(before.Policy.GetProperty("weights").GetProperty("license").GetDouble() > 0);
            id = await admin.UploadAsync(Zips.SmallModel("# Poor"), "switch-poor");
            Assert.True((await client.ExplainRatingAsync(id)).Verdict.Accepted);

            var now = await client.SwitchPolicyAsync("strict");
            Assert.Equal(("strict", PolicyOrigin.Switched, RegistryApp.AdminName), (now.Name, now.Origin, now.SwitchedBy));
            Assert.False((await client.ExplainRatingAsync(id)).Verdict.Accepted);
            Assert.Equal(1, (await client.GetOverviewAsync()).Rejected);
            Assert.Equal("switch-poor", Assert.Single((await client.GetOverviewAsync()).Attention).Name);
            using var refused = await admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel("# Poor too"), "switch-refused"));
            await refused.ProblemAsync(424);
            // Emptying the registry is no reason to let anything in.
            await client.ResetAsync();
        }
        await using var restarted = await RegistryApp.StartOnAsync(_data.Path);
        using var again = await restarted.SignedInAsync();
        var later = new RegistryClient(again);
        Assert.Equal("strict", (await later.GetPolicyAsync()).Name);
        Assert.Equal("default", (await later.RestorePolicyAsync()).Name);
        await again.UploadAsync(Zips.SmallModel("# Poor"), "switch-accepted");
    }

    [Fact]
    public async Task A_document_is_held_to_the_rules_of_a_file_and_to_a_version_of_its_own()
    {
        await using var app = await RegistryApp.StartOnAsync(_data.Path);
        using var admin = await app.SignedInAsync();
        var client = new RegistryClient(admin);
        var shipped = (await client.GetPolicyAsync()).Policy.GetRawText();
        var mine = shipped.Replace("\"default\"", "\"mine\"", StringComparison.Ordinal);
        Assert.Equal("mine", (await client.SwitchPolicyAsync(JsonElement.Parse(mine))).Name);
        // The same again is no change; something else under the same name and version is refused.
        Assert.Equal("mine", (await client.SwitchPolicyAsync(JsonElement.Parse(mine))).Name);
        foreach (var changed in new[] { mine, shipped })
        {
            var enforced = changed.Replace("bserve", "X", StringComparison.Ordinal).Replace("\"oX\"", "\"Enforce\"", StringComparison.Ordinal).Replace("\"OX\"", "\"Enforce\"", StringComparison.Ordinal);
            Assert.NotEqual(changed, enforced);
            var refused = await Assert.ThrowsAsync<RegistryException>(() => client.SwitchPolicyAsync(JsonElement.Parse(enforced)));
            Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        }
        foreach (var bad in new[] { "{}", "[]", "null", "1", "\"lenient\"", "{\"name\":\"x\",\"version\":\"1\",\"mode\":\"observe\",\"weights\":{},\"thresholds\":{}}" })
        {
            using var response = await admin.PutAsync("/policy", Zips.Json(bad));
            await response.ProblemAsync(400);
        }
        Assert.Equal("mine", (await client.GetPolicyAsync()).Name);
    }

    [Fact]
    public async Task Only_admins_switch()
    {
        await using var app = await RegistryApp.StartOnAsync(_data.Path);
        using var admin = await app.SignedInAsync();
        await new RegistryClient(admin).RegisterUserAsync(new() { Name = "reader", Password = "a password long enough", Permissions = [Permission.Search] });
        using var reader = await app.SignedInAsync("reader", "a password long enough");
        Assert.Equal("default", (await new RegistryClient(reader).GetPolicyAsync()).Name);
        await (await reader.PutAsync("/policy", Zips.Json("\"strict\""))).ProblemAsync(403);
        await (await reader.DeleteAsync("/policy")).ProblemAsync(403);
        await (await reader.GetAsync("/jobs")).ProblemAsync(403);
        await (await reader.GetAsync("/tokens")).ProblemAsync(403);
    }
}
