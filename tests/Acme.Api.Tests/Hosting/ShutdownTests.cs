using System.Security.Cryptography;

namespace Acme.Api.Tests.Hosting;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_lets_downloads_under_way_end_and_then_the_process_exits_with_0(string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Needs signals.");
        using var data = new TemporaryDirectory();
        await using var registry = RegistryProcess.Start(data.Path);
        using var client = await registry.SignedInAsync();
        // More than the buffers between the two processes hold.
        var weights = RandomNumberGenerator.GetBytes(40_000_000);
        var id = await client.UploadAsync(Zips.Of(("weights.bin", weights)), "slow");

        using var response = await client.GetAsync($"/artifacts/model/{id}/files/weights.bin", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        received.Write(buffer, 0, await body.ReadAsync(buffer));
        await registry.SignalAsync(signal);
        await RefusesNewConnectionsAsync(client.BaseAddress!);
        await body.CopyToAsync(received);

        Assert.Equal(weights, received.ToArray());
        var (exitCode, errors) = await registry.EndAsync();
        Assert.True(exitCode == 0, $"Exit code {exitCode}: {errors}");
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task The_demo_fills_an_empty_registry_and_a_second_start_adds_nothing()
    {
        using var data = new TemporaryDirectory();
        var first = await DemoAsync(data.Path);
        Assert.NotEmpty(first);
        Assert.Equal(first, await DemoAsync(data.Path));
    }

    private static async Task<string[]> DemoAsync(string data)
    {
        await using var registry = RegistryProcess.Start(data, "--demo");
        using var client = await registry.SignedInAsync();
        using var list = await client.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        string[] ids = [.. (await list.JsonAsync()).EnumerateArray().Select(a => a.GetProperty("id").GetString()!)];
        await registry.SignalAsync("TERM");
        Assert.Equal(0, (await registry.EndAsync()).ExitCode);
        return ids;
    }

    private static async Task RefusesNewConnectionsAsync(Uri address)
    {
        // Where the tests themselves were started with the signal ignored, as a shell does for what it puts into the background, so is every child.
        for (var end = DateTime.UtcNow.AddMinutes(1); DateTime.UtcNow < end;)
        {
            try
            {
                using var http = new HttpClient { BaseAddress = address };
                await http.GetAsync("/tracks");
                await Task.Delay(20);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
        Assert.Fail("It still takes connections a minute after the signal.");
    }
}
