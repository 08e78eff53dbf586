using System.Diagnostics;

namespace Acme.Api.Tests.Hosting;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class CopyCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string From => Path.Combine(_directory.Path, "from");

    private string To => Path.Combine(_directory.Path, "to");

    [Fact]
    public async Task A_registry_is_copied_and_runs_from_its_copy()
    {
        string id;
        await using (var app = await RegistryApp.StartOnAsync(From))
        {
            using var admin = await app.SignedInAsync();
            id = await admin.UploadAsync(Zips.SmallModel(), "copied");
        }

        var (exitCode, output, errors) = await RunAsync([.. Side("From", From), .. Side("To", To)]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("1 artifacts", output, StringComparison.Ordinal);
        await using var copy = await RegistryApp.StartOnAsync(To);
        using var again = await copy.SignedInAsync();
        Assert.True((await again.GetAsync($"/artifact/model/{id}/rate")).IsSuccessStatusCode);
        Assert.True((await again.GetAsync($"/artifacts/model/{id}/download")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Settings_that_are_missing_or_wrong_are_named()
    {
        var (missing, _, why) = await RunAsync();
        Assert.Equal(78, missing);
        Assert.Contains("--From:", why, StringComparison.Ordinal);

        (var wrong, _, why) = await RunAsync("--From:Data:Directory", From, "--To:Catalog:Provider", "oracle");
        Assert.Equal(78, wrong);
        Assert.Contains("To: Catalog:Provider is 'oracle'", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_holds_nothing_is_an_error()
    {
        var (exitCode, _, errors) = await RunAsync([.. Side("From", From), .. Side("To", To)]);
        Assert.Equal(1, exitCode);
        Assert.Contains("holds nothing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_named_and_the_copy_can_be_taken_up_again()
    {
        await using (await RegistryApp.StartOnAsync(From))
        {
            // It holds an administrator.
        }
        var (exitCode, _, errors) = await RunAsync(
            [
                .. Side("From", From), "--To:Data:Directory", To, "--To:Catalog:Provider", "postgres", "--To:Blobs:Provider", "postgres",
                "--To:Postgres:ConnectionString", "Host=127.0.0.1;Port=9;Database=acme;Username=acme", "--To:Postgres:RetryFor", "00:00:00",
            ]);
        Assert.Equal(1, exitCode);
        Assert.Contains("127.0.0.1:9", errors, StringComparison.Ordinal);
        Assert.Contains("Postgres:ConnectionString", errors, StringComparison.Ordinal);
        Assert.Contains("Run it again", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static string[] Side(string side, string data) => [$"--{side}:Data:Directory", data, .. TestDrivers.SettingsFor(data, $"{side}:")];

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", RegistryProcess.Program, "copy", .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
