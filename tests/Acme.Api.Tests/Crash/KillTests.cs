using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Acme.Api.Tests.Ingest;

namespace Acme.Api.Tests.Crash;

/// <summary>The whole registry, killed (SIGKILL) in the middle of work, again and again on the same data.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>Clients at work at once.</summary>
    public const int Workers = 4;

    private const int Rounds = 8;

    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_a_kill_and_whatever_is_listed_is_whole()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        await using var source = await ZipServer.StartAsync();
        var known = new KnownArtifacts();
        for (var round = 0; round <= Rounds; round++)
        {
            await using var registry = Start(data.Path, source);
            using var client = await registry.SignedInAsync();
            known.Settle(await ReadAllAsync(client));
            if (round == Rounds) break;

            using var turns = new SemaphoreSlim(Workers);
            using var resets = new SemaphoreSlim(1);
            var work = Enumerable.Range(0, Workers)
                .Select(worker => new Workload(client, source, known, turns, resets, $"{round}-{worker}", new Random(random.Next())).RunUntilKilledAsync())
                .ToArray();
            // By count, because a busy machine may take long over the first change; then somewhere inside of those that follow.
            var enough = known.Acknowledged + random.Next(1, 30);
            while (known.Acknowledged < enough && !work.Any(w => w.IsCompleted)) await Task.Delay(1);
            await Task.Delay(random.Next(30));
            await registry.KillAsync();
            await Task.WhenAll(work);
        }
        output.WriteLine($"{known.Acknowledged} changes were acknowledged.");
        Assert.True(known.Acknowledged >= Rounds);
    }

    [Fact]
    public async Task An_ingest_that_was_accepted_with_202_is_published_after_a_kill()
    {
        using var data = new TemporaryDirectory();
        await using var source = await ZipServer.StartAsync();
        string id;
        await using (var registry = Start(data.Path, source))
        {
            using var client = await registry.SignedInAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/artifact/model") { Content = JsonContent.Create(new { url = source.Url("/slow/promised.zip") }) };
            request.Headers.Add("Prefer", "respond-async");
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            id = (await response.JsonAsync()).GetProperty("metadata").GetProperty("id").GetString()!;
            await registry.KillAsync();
        }
        source.Open();
        await using (var registry = Start(data.Path, source))
        {
            using var client = await registry.SignedInAsync();
            var waiting = Stopwatch.StartNew();
            while (!(await client.GetAsync($"/artifacts/model/{id}")).IsSuccessStatusCode)
            {
                Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1), "It was not published within a minute.");
                await Task.Delay(100);
            }
            Assert.Contains("/slow/promised.zip", await client.GetStringAsync($"/artifacts/model/{id}/files/README.md"));
        }
    }

    private static RegistryProcess Start(string data, ZipServer source) => RegistryProcess.Start(
        data, "--Access:TokenCalls", "1000000", "--Sources:Http:TrustedHosts:0", source.Authority, "--Jobs:Lease", "00:00:02");

    /// <summary>Every artifact by name, with the digest of its README, after checking that all of its files are whole.</summary>
    private static async Task<Dictionary<string, (string Id, string Digest)>> ReadAllAsync(HttpClient client)
    {
        using var list = await client.PostAsync("/artifacts?limit=1000", Zips.Json("""[{"name":"*"}]"""));
        Dictionary<string, (string Id, string Digest)> found = [];
        foreach (var artifact in (await list.JsonAsync()).EnumerateArray())
        {
            var id = artifact.GetProperty("id").GetString()!;
            var files = await (await client.GetAsync($"/artifacts/model/{id}/files")).JsonAsync();
            foreach (var file in files.EnumerateArray())
            {
                var content = await client.GetByteArrayAsync($"/artifacts/model/{id}/files/{file.GetProperty("path").GetString()}");
                var digest = Convert.ToHexStringLower(SHA256.HashData(content));
                Assert.Equal(file.GetProperty("sha256").GetString(), digest);
                if (file.GetProperty("path").GetString() == "README.md") found.Add(artifact.GetProperty("name").GetString()!, (id, digest));
            }
            Assert.True((await client.GetAsync($"/artifacts/model/{id}/download")).IsSuccessStatusCode);
        }
        return found;
    }
}
