using System.Text.Json;

namespace Acme.Api.Tests.Health;

/// <summary>Tests that need the processors for themselves.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Quiet;

/// <summary>A registry in a process of its own, with something planted in it that holds requests up, under a load of reads.</summary>
[Collection(typeof(Quiet))]
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class PlantedBottleneckTests
{
    private const int Clients = 24;

    [Theory]
    [InlineData("slow-store", "bottleneck-store")]
    [InlineData("one-connection", "bottleneck-store-connections")]
    [InlineData("starved-pool", "bottleneck-thread-pool")]
    [InlineData("cpu-hog", "bottleneck-cpu")]
    public async Task What_was_planted_is_named_first(string plant, string issue)
    {
        using var data = new TemporaryDirectory();
        await using var registry = RegistryProcess.StartPlanted(plant, data.Path, "--Access:TokenCalls", "1000000");
        using var admin = await registry.SignedInAsync();
        var id = await admin.UploadAsync(Zips.SmallModel(), "planted");
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await admin.GetAsync($"/artifacts/model/{id}");
                Assert.True(answer.IsSuccessStatusCode);
            }
        })).ToArray();

        // The first ten seconds still hold the start of the process.
        var (issues, end) = ("", DateTime.UtcNow.AddSeconds(90));
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            issues = await BottlenecksAsync(admin, 10);
        }
        while (!issues.StartsWith(issue + ":", StringComparison.Ordinal) && DateTime.UtcNow < end);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.StartsWith(issue + ":", issues, StringComparison.Ordinal);
        if (issue is not ("bottleneck-store" or "bottleneck-store-connections")) return;
        // It was in the way of requests, and there are none any more; the minute still has it.
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(issue + ":", await BottlenecksAsync(admin, 1));
        Assert.StartsWith(issue + ":", await BottlenecksAsync(admin, 60), StringComparison.Ordinal);
    }

    private static async Task<string> BottlenecksAsync(HttpClient admin, int loadSeconds)
    {
        using var health = JsonDocument.Parse(await admin.GetStringAsync($"/health/components?windowMinutes=5&loadSeconds={loadSeconds}"));
        var found = health.RootElement.GetProperty("components").EnumerateArray().Single(c => c.GetProperty("id").GetString() == "bottleneck").GetProperty("issues").EnumerateArray();
        return string.Join("; ", found.Select(i => $"{i.GetProperty("code").GetString()}: {i.GetProperty("summary").GetString()} {i.GetProperty("details").GetString()}"));
    }
}
