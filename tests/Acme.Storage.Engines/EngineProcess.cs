using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Storage.Engines;

/// <summary>A server that a test run starts and kills: its last output is at hand when it does not come up.</summary>
internal sealed class EngineProcess : IDisposable
{
    private const int KeptLines = 30;

    private readonly Process _process;
    private readonly Queue<string> _output = new();

    private EngineProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The last lines it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output) return string.Join('\n', _output);
        }
    }

    /// <summary>Starts a server and goes on.</summary>
    public static EngineProcess Start(string program, params string[] arguments) => new(Launch(program, arguments));

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it wrote to its output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Launch(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}");
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>A port on the loopback interface that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something listens there.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or nothing listens after a minute.</exception>
    public async Task WaitForPortAsync(int port)
    {
        for (var attempt = 0; attempt < 600 && !_process.HasExited; attempt++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }
        throw new InvalidOperationException($"{_process.StartInfo.FileName} does not listen on port {port}. It wrote: {Output}");
    }

    /// <summary>Kills it, as a power cut would.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Launch(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_output)
        {
            _output.Enqueue(line.Data);
            if (_output.Count > KeptLines) _output.Dequeue();
        }
    }
}
