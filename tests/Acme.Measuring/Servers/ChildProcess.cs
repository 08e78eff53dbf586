using System.Diagnostics;

namespace Acme.Measuring.Servers;

/// <summary>A server that runs beside the benchmark and is killed, with its own children, when it is disposed of.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int LinesKept = 40;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    public ChildProcess(string program, IEnumerable<string> arguments, Action<string>? onLine = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        _process = new()
        {
            StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) _process.StartInfo.Environment[name] = value;
        _process.OutputDataReceived += (_, e) => Keep(e.Data, onLine);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data, onLine);
        _process.Exited += (_, _) => Exited.TrySetResult();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Completes when the process ends.</summary>
    public TaskCompletionSource Exited { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it printed last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines) return string.Join(Environment.NewLine, _lastLines);
        }
    }

    /// <summary>Waits for what shows that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or took longer than a minute; the message holds its last lines.</exception>
    public async Task UntilAsync(Task ready, CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny(ready, Exited.Task, Task.Delay(TimeSpan.FromMinutes(1), cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (first != ready) throw new InvalidOperationException($"{_process.StartInfo.FileName} did not start. It said:{Environment.NewLine}{LastLines}");
        await ready;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private void Keep(string? line, Action<string>? onLine)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept) _lastLines.Dequeue();
        }
        onLine?.Invoke(line);
    }
}
