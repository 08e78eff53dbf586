using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Acme.Api.Tests.Smoke;

/// <summary>The smoke test that deployments are tried with, as the process that an operator starts.</summary>
public sealed class SmokeTests
{
    [Fact]
    public async Task It_goes_through_every_step_and_leaves_nothing_behind()
    {
        await using var app = await RegistryApp.StartAsync();
        var (exitCode, output) = await RunAsync(app.Http.BaseAddress!.AbsoluteUri, RegistryApp.AdminName, RegistryApp.AdminPassword);

        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["health", "authenticate", "upload", "rate", "download", "delete"],
            output.Split('\n').Where(l => l.StartsWith("ok ", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        using var admin = await app.SignedInAsync();
        using var list = await admin.PostAsJsonAsync("/artifacts", new[] { new { name = "*" } });
        Assert.Equal(0, (await list.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
    }

    [Fact]
    public async Task It_fails_with_the_step_and_the_registrys_own_words()
    {
        await using var app = await RegistryApp.StartAsync();
        var (exitCode, output) = await RunAsync(app.Http.BaseAddress!.AbsoluteUri, RegistryApp.AdminName, "not the password");
        Assert.Equal(1, exitCode);
        Assert.Contains("FAIL  authenticate", output);
        Assert.Contains("The registry does NOT work.", output);
        Assert.DoesNotContain("upload", output);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_fails_and_a_wrong_call_is_told_how()
    {
        Assert.Equal(1, (await RunAsync("http://127.0.0.1:9", "a", "b")).ExitCode);
        var (exitCode, output) = await RunAsync("registry.example.com", "a", "b");
        Assert.Equal(64, exitCode);
        Assert.Contains("Usage", output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string address, string user, string password)
    {
        // artifacts/bin/<project>/<configuration>/
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Acme.Smoke", here.Name, "Acme.Smoke.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, address]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["ACME_USER"], start.Environment["ACME_PASSWORD"]) = (user, password);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
