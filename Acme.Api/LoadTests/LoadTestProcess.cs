using System.Diagnostics;
using System.Text.Json;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.LoadTests;

/// <summary>The load test program while it runs.</summary>
internal sealed class LoadTestProcess : IDisposable
{
    private const int LinesKept = 10;

    // What it needs to run; the registry's own settings and secrets are none of its business.
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT"];
    private static readonly TimeSpan CleaningUp = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private volatile LoadTestProgress? _progress;
    private bool _disposed;

    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="token">What it calls the registry with.</param>
    public LoadTestProcess(string program, IEnumerable<string> arguments, string token)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToArray()) start.Environment.Remove(name);
        start.Environment["ACME_TOKEN"] = token;
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>How far it said it is.</summary>
    public LoadTestProgress? Progress => _progress;

    /// <summary>What it said last of what went wrong.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return string.Join(' ', _errors);
        }
    }

    /// <summary>Waits until it ends by itself, or ends it; its exit code.</summary>
    /// <param name="stop">Asks it to end, after it has taken away what it brought.</param>
    public async Task<int> EndAsync(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // It ends when nobody holds the other end of its input.
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(CleaningUp);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        return _process.ExitCode;
    }

    /// <summary>Ends it at once. Does nothing when it has ended or been disposed of.</summary>
    public void Kill()
    {
        lock (_process)
        {
            if (!_disposed && !_process.HasExited) _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose()
    {
        Kill();
        lock (_process)
        {
            _disposed = true;
            _process.Dispose();
        }
    }

    private void Read(string? line)
    {
        if (line is null || !line.StartsWith('{')) return;
        try
        {
            _progress = JsonSerializer.Deserialize(line, ContractJson.Default.LoadTestProgress);
        }
        catch (JsonException)
        {
            Keep(line);
        }
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_errors)
        {
            _errors.Enqueue(line.Trim());
            if (_errors.Count > LinesKept) _errors.Dequeue();
        }
    }
}
