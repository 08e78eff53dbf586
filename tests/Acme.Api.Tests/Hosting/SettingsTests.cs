using System.Net;
using System.Net.Sockets;

namespace Acme.Api.Tests.Hosting;

/// <summary>What keeps the process from starting, as an operator sees it: exit code and standard error.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Catalog:Provider", "oracle", "sqlite")]
    [InlineData("Blobs:Provider", "punchcards", "disk")]
    [InlineData("Admin:Password", "short", "12")]
    [InlineData("Access:TokenCalls", "many", "many")]
    [InlineData("Access:TokenCalls", "0", "between")]
    [InlineData("Scoring:Policy", "no-such-policy", "no-such-policy")]
    [InlineData("Ingest:Budget", "-00:00:01", "between")]
    [InlineData("Jobs:Lease", "00:00:00", "between")]
    [InlineData("Mirror:Concurrency", "0", "between")]
    [InlineData("Mirror:PointerAbove", "5", "EagerUpTo")]
    [InlineData("Proxies:Trusted:0", "proxy", "10.0.0.0/8")]
    [InlineData("Data:Directory", "", "empty")]
    public async Task A_wrong_value_stops_the_process_and_names_the_key(string key, string value, string says)
    {
        using var data = new TemporaryDirectory();
        string[] admin = key == "Admin:Password" ? ["--Admin:Name", "operator"] : [];
        var errors = await RefusalAsync(data.Path, [.. admin, $"--{key}", value]);
        Assert.Contains(key.Replace(":0", "", StringComparison.Ordinal), errors);
        Assert.Contains(says, errors);
    }

    [Fact]
    public async Task Outside_Development_there_is_no_default_administrator()
    {
        using var data = new TemporaryDirectory();
        var errors = await RefusalAsync(data.Path, "--environment", "Production");
        Assert.Contains("Admin:Name", errors);
        Assert.Contains("Admin:Password", errors);

        await using var registry = RegistryProcess.Start(
            data.Path, "--environment", "Production", "--Admin:Name", "operator", "--Admin:Password", "a password long enough");
        using var http = new HttpClient { BaseAddress = await registry.ListeningAsync() };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health")).StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://192.0.2.1:5000")]
    public async Task An_address_that_cannot_be_listened_on_stops_the_process(string urls)
    {
        using var data = new TemporaryDirectory();
        Assert.Contains("--urls", await RefusalAsync(data.Path, "--urls", urls));
    }

    [Fact]
    public async Task A_port_in_use_stops_the_process()
    {
        using var data = new TemporaryDirectory();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var errors = await RefusalAsync(data.Path, "--urls", $"http://{listener.LocalEndpoint}");
        Assert.Contains("--urls", errors);
        Assert.Contains($"{listener.LocalEndpoint}", errors);
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_stops_the_process()
    {
        using var data = new TemporaryDirectory();
        var file = Path.Combine(data.Path, "file");
        await File.WriteAllTextAsync(file, "");
        Assert.Contains("Data:Directory", await RefusalAsync(file, TestDrivers.Embedded));
    }

    [Fact]
    public async Task A_data_directory_that_another_process_uses_stops_the_second()
    {
        using var data = new TemporaryDirectory();
        await using var first = RegistryProcess.Start(data.Path, TestDrivers.Embedded);
        await first.ListeningAsync();
        var errors = await RefusalAsync(data.Path, TestDrivers.Embedded);
        Assert.Contains("Data:Directory", errors);
        Assert.Contains("in use", errors);
    }

    private static async Task<string> RefusalAsync(string data, params string[] settings)
    {
        await using var registry = RegistryProcess.Start(data, settings);
        return await registry.RefusalAsync();
    }
}
