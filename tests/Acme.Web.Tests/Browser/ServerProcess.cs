using System.Collections.Concurrent;
using System.Diagnostics;

namespace Acme.Web.Tests.Browser;

/// <summary>A program of the solution as a process of its own. It runs as in production, so that caching and headers are the real ones.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly Task _reading;

    private ServerProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Starts the program on a port of its own choice and returns once it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string program, params string[] settings)
    {
        // artifacts/bin/<project>/<configuration>/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(output.Parent!.Parent!.FullName, program, output.Name, program + ".dll");
        var start = new ProcessStartInfo("dotnet", ["exec", path, "--environment", "Production", "--urls", "http://127.0.0.1:0", .. settings])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(path),
        };
        // What happens to be set where the tests run must not reach the process under test.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || k.Contains("__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        var server = new ServerProcess(Process.Start(start)!);
        await Task.WhenAny(server._listening.Task, server._process.WaitForExitAsync());
        Assert.True(server._listening.Task.IsCompleted, $"{program} ended instead of listening: {string.Join('\n', server._lines)}");
        server.Address = await server._listening.Task;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0) _listening.TrySetResult(new(line[(at + Listening.Length)..].Trim()));
        }
    }
}
