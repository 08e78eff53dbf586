using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Acme.Api.Tests.Crash;

/// <summary>Looks at a registry at rest: everything acknowledged is there with the right content, nothing deleted is found by any way.</summary>
internal sealed class Inspection(HttpClient client, Ledgers known, Random random)
{
    private const int Sample = 6;

    /// <summary>Looks, and takes what was in doubt for what it turned out to be.</summary>
    /// <param name="isThorough">Reads the contents of all, rather than of what was changed since the last time and some others.</param>
    public async Task RunAsync(bool isThorough)
    {
        await DrainAsync();
        var listed = await ListAsync();
        var users = (await AllAsync(offset => client.GetAsync($"/users?limit=1000{offset}"))).Select(u => u.GetProperty("name").GetString()!).ToHashSet();
        known.SettleReset(listed.Keys, users);

        var found = (await AllAsync(offset => client.PostAsJsonAsync($"/artifact/byRegEx?limit=1000{offset}", new { regex = "kill-run" }), orNothing: true))
            .Select(a => a.GetProperty("id").GetString()!).Order();
        Assert.Equal(listed.Values.Order(), found);
        Assert.All(listed.Keys, name => Assert.NotNull(known.Artifacts.Find(name)));
        Assert.All(users.Where(u => u != RegistryApp.AdminName), name => Assert.NotNull(known.Users.Find(name)));

        var artifacts = known.Artifacts.Read();
        var untouched = SampleOf(artifacts.Where(a => a.Entry is { IsPresent: true, Touched: false }));
        var read = await ReadAllAsync(artifacts.Where(a => isThorough || a.Entry.Touched).Concat(untouched).Select(a => a.Name).Distinct().Where(listed.ContainsKey), listed);
        foreach (var (name, entry) in artifacts)
        {
            if (read.TryGetValue(name, out var state)) known.Artifacts.Settle(name, state, listed[name]);
            else if (listed.TryGetValue(name, out var id)) Assert.True(entry.IsPresent && entry.Id == id, $"'{name}' is listed as {id}, but is known as {entry}.");
            else if (entry.Touched || !entry.IsGone) known.Artifacts.Settle(name, null, null);
        }
        foreach (var (name, _) in SampleOf(artifacts.Where(a => !listed.ContainsKey(a.Name)))) await ExpectGoneAsync(name);

        foreach (var (name, entry) in known.Users.Read().Where(u => u.Entry.Touched || (u.Entry.IsPresent && isThorough)))
        {
            string? password = null;
            if (users.Contains(name))
            {
                foreach (var possible in entry.Possible.OfType<string>().Distinct()) password = await SignsInAsync(name, possible) ? possible : password;
                Assert.NotNull(password);
            }
            known.Users.Settle(name, password, null);
        }
        Assert.All(known.Users.Read(), u => Assert.Equal(u.Entry.IsPresent, users.Contains(u.Name)));
        foreach (var (token, _) in known.Sessions.Read().Where(s => s.Entry.Touched || s.Entry.IsPresent))
            known.Sessions.Settle(token, await IsGoodAsync(token) ? "good" : null, null);
        foreach (var (token, _) in SampleOf(known.Sessions.Read().Where(s => s.Entry.IsGone))) Assert.False(await IsGoodAsync(token), "A voided token is good again.");
    }

    /// <summary>Waits for the ingests that go on in the background: those accepted with 202, and those whose 202 never arrived.</summary>
    private async Task DrainAsync()
    {
        var waiting = Stopwatch.StartNew();
        while ((await AllAsync(offset => client.GetAsync($"/jobs?limit=1000{offset}"))).Where(j => j.GetProperty("kind").GetString() == "ingest").ToList() is { Count: > 0 } jobs)
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(3), $"These jobs are not done after three minutes: {string.Join(", ", jobs)}.");
            await Task.Delay(100);
        }
    }

    private async Task<Dictionary<string, string>> ListAsync() =>
        (await AllAsync(offset => client.PostAsync($"/artifacts?limit=1000{offset}", Zips.Json("""[{"name":"*"}]"""))))
        .ToDictionary(a => a.GetProperty("name").GetString()!, a => a.GetProperty("id").GetString()!);

    private async Task<IReadOnlyDictionary<string, string>> ReadAllAsync(IEnumerable<string> names, Dictionary<string, string> ids)
    {
        ConcurrentDictionary<string, string> read = new();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (name, _) => read[name] = await ReadAsync(name, ids[name]));
        return read;
    }

    /// <summary>The contents as they are downloaded, after checking that the artifact is found by its name and has a trail.</summary>
    private async Task<string> ReadAsync(string name, string id)
    {
        using var byName = await client.GetAsync($"/artifact/byName/{Uri.EscapeDataString(name)}");
        Assert.Equal(id, Assert.Single((await byName.JsonAsync()).EnumerateArray()).GetProperty("id").GetString());
        using var audit = await client.GetAsync($"/artifact/model/{id}/audit");
        Assert.Contains((await audit.JsonAsync()).EnumerateArray(), e => e.GetProperty("action").GetString() == "CREATE");
        using var download = await client.GetAsync($"/artifacts/model/{id}/download");
        Assert.True(download.IsSuccessStatusCode, $"The download of '{name}' was answered {(int)download.StatusCode}: {await download.Content.ReadAsStringAsync()}");
        return Ledgers.StateOf(await download.Content.ReadAsByteArrayAsync());
    }

    private async Task ExpectGoneAsync(string name)
    {
        using var byName = await client.GetAsync($"/artifact/byName/{Uri.EscapeDataString(name)}");
        Assert.Equal(HttpStatusCode.NotFound, byName.StatusCode);
        if (known.Artifacts.Find(name)?.Id is not { } id) return;
        using var byId = await client.GetAsync($"/artifacts/model/{id}");
        Assert.Equal(HttpStatusCode.NotFound, byId.StatusCode);
    }

    private async Task<bool> SignsInAsync(string name, string password)
    {
        using var answer = await client.PutAsJsonAsync("/authenticate", new { user = new { name, is_admin = false }, secret = new { password } });
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, $"Signing in was answered {(int)answer.StatusCode}.");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private async Task<bool> IsGoodAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sessions/current");
        request.Headers.TryAddWithoutValidation("X-Authorization", token[(token.IndexOf('-') + 1)..]);
        using var answer = await client.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"A token was answered {(int)answer.StatusCode}.");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private (string Name, Ledger.Entry Entry)[] SampleOf(IEnumerable<(string Name, Ledger.Entry Entry)> entries)
    {
        var all = entries.ToArray();
        random.Shuffle(all);
        return all[..Math.Min(Sample, all.Length)];
    }

    private static async Task<List<JsonElement>> AllAsync(Func<string, Task<HttpResponseMessage>> page, bool orNothing = false)
    {
        List<JsonElement> all = [];
        var waiting = Stopwatch.StartNew();
        string? offset = "";
        while (offset is not null)
        {
            using var answer = await page(offset);
            if (orNothing && answer.StatusCode == HttpStatusCode.NotFound) return all;
            var body = await answer.JsonAsync();
            // A busy machine may take longer over a search than the registry allows.
            if (orNothing && answer.StatusCode == HttpStatusCode.BadRequest && body.GetProperty("title").GetString() == "Search too slow" && waiting.Elapsed < TimeSpan.FromMinutes(3)) continue;
            Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} was answered {(int)answer.StatusCode}: {body}");
            all.AddRange(body.EnumerateArray());
            offset = answer.Headers.TryGetValues("offset", out var next) ? $"&offset={Uri.EscapeDataString(next.First())}" : null;
        }
        return all;
    }
}
