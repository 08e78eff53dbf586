using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Acme.Api.Tests.Ingest;

namespace Acme.Api.Tests.Crash;

/// <summary>The whole registry, killed (SIGKILL) at a chosen moment.</summary>
public sealed class KillTests
{
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

    [Fact]
    public async Task A_file_whose_process_was_killed_before_it_took_the_name_away_is_gone_after_the_next_start()
    {
        using var spool = new TemporaryDirectory();
        var left = Path.Combine(spool.Path, ".spool-left");
        await File.WriteAllTextAsync(left, "");
        await using var app = await RegistryApp.StartAsync("--Ingest:SpoolDirectory", spool.Path);
        Assert.False(File.Exists(left));
    }

    private static RegistryProcess Start(string data, ZipServer source) =>
        RegistryProcess.Start(data, "--Sources:Http:TrustedHosts:0", source.Authority, "--Jobs:Lease", "00:00:02");
}
