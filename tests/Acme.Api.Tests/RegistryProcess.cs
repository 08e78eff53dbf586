using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace Acme.Api.Tests;

/// <summary>The standalone registry as a process of its own, which can be killed.</summary>
public sealed class RegistryProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task _reading;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lines = new();

    private RegistryProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    internal static string Program { get; } = FindProgram("Acme.Standalone");

    /// <summary>Starts it, with settings as <c>--Key value</c>, in Development unless they say otherwise, on a port of its own choice.</summary>
    public static RegistryProcess Start(string data, params string[] settings) => Run([Program], data, TestDrivers.SettingsFor(data), settings);

    /// <summary>The same on other stores than those of this run of the suite.</summary>
    public static RegistryProcess StartOn(string[] drivers, string data, params string[] settings) => Run([Program], data, drivers, settings);

    /// <summary>The same with something planted in it; see <c>Acme.PlantedRegistry</c>.</summary>
    public static RegistryProcess StartPlanted(string plant, string data, params string[] settings) => Run([FindProgram("Acme.PlantedRegistry"), plant], data, TestDrivers.SettingsFor(data), settings);

    /// <summary>The same where the environment has other values; null takes a variable out of it.</summary>
    public static RegistryProcess StartIn(IReadOnlyDictionary<string, string?> environment, string data, params string[] settings) =>
        Run([Program], data, TestDrivers.SettingsFor(data), settings, environment);

    private static RegistryProcess Run(string[] program, string data, string[] drivers, string[] settings, IReadOnlyDictionary<string, string?>? environment = null)
    {
        string[] arguments = ["exec", .. program, "--environment", "Development", "--urls", "http://127.0.0.1:0", "--Data:Directory", data, .. drivers, .. settings];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What happens to be set where the tests run must not reach the process under test.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || k.Contains("__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Where it listens, as soon as it does.</summary>
    public async Task<Uri> ListeningAsync()
    {
        await Task.WhenAny(_address.Task, _process.WaitForExitAsync());
        Assert.True(_address.Task.IsCompleted, $"It ended instead of listening: {await ErrorsIfEndedAsync()}");
        return await _address.Task;
    }

    /// <summary>A client with the token of the default administrator.</summary>
    public async Task<HttpClient> SignedInAsync()
    {
        var client = new HttpClient { BaseAddress = await ListeningAsync() };
        using var response = await client.PutAsJsonAsync(
            "/authenticate", new { user = new { name = RegistryApp.AdminName, is_admin = true }, secret = new { password = RegistryApp.AdminPassword } });
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Authorization", await response.Content.ReadFromJsonAsync<string>());
        return client;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Waits until it ends because of its configuration; what it says about that.</summary>
    public async Task<string> RefusalAsync()
    {
        const int configurationError = 78;
        var (exitCode, errors) = await EndAsync();
        Assert.True(exitCode == configurationError, $"Exit code {exitCode}: {errors}");
        Assert.DoesNotContain("   at ", errors);
        Assert.DoesNotContain("Exception", errors);
        return errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await Task.WhenAll(_reading, _errors);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0) _address.TrySetResult(new(line[(at + Listening.Length)..].Trim()));
        }
    }

    private async Task<string> ErrorsIfEndedAsync() => _process.HasExited ? $"{await _errors}{string.Join('\n', _lines)}" : "";

    private static string FindProgram(string project)
    {
        // artifacts/bin/<project>/<configuration>/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(output.Parent!.Parent!.FullName, project, output.Name, $"{project}.dll");
    }
}
