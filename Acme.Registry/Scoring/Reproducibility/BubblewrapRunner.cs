using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>
/// Runs demo code under <c>bwrap</c> (bubblewrap): namespaces of its own for processes, mounts, users and network, which has no way out; the
/// system and the model's files read-only; a small <c>/tmp</c> in memory; limits on time and memory. The files are the working directory
/// and stand in Hugging Face's cache layout (https://huggingface.co/docs/huggingface_hub/guides/manage-cache) under the model's names,
/// so that code which loads the model by its id finds them.
/// </summary>
public sealed class BubblewrapRunner(IBlobStore blobs, IOptions<ReproductionOptions> options, TimeProvider time) : IReproductionRunner
{
    private const long TemporaryBytes = 256L << 20;
    private const int MaxProcesses = 512;

    /// <summary>Blocks before the last one only prepare; whether they fail shows in the last one.</summary>
    private const string Driver = """
        import json, sys, traceback
        *before, last = json.load(open('/demo/blocks.json'))
        scope = {'__name__': '__main__'}
        for code in before:
            try:
                exec(compile(code, 'code block of the card', 'exec'), scope)
            except Exception:
                traceback.print_exc()
        exec(compile(last, 'code block of the card', 'exec'), scope)
        """;

    private readonly ReproductionOptions _options = options.Value;

    /// <summary>Tries the sandbox with a program that does nothing.</summary>
    /// <exception cref="RunnerFailedException">It does not work on this machine; the message says why.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        using var layout = DemoDirectory.Create(_options.Directory!);
        var (exitCode, output) = await RunSandboxedAsync(layout, ["-c", "pass"], TimeSpan.FromSeconds(20), cancellationToken);
        if (exitCode != 0) throw new RunnerFailedException($"bwrap could not run {Python}: {LastLine(output)}");
    }

    /// <inheritdoc/>
    public async Task<DemoRun> RunAsync(IReadOnlyList<string> blocks, IReadOnlyList<string> names, Manifest files, CancellationToken cancellationToken = default)
    {
        if (files.TotalSize > _options.MaxModelBytes)
            return Run(DemoOutcome.NotTried, $"the model's files take {files.TotalSize} bytes; demos of at most {_options.MaxModelBytes} are run (Scoring:Reproduction:MaxModelBytes).", "", default);
        using var layout = DemoDirectory.Create(_options.Directory!);
        await layout.AddAsync(blobs, files, cancellationToken);
        layout.AddCache(names, files.RevisionId());
        await File.WriteAllTextAsync(Path.Combine(layout.Path, "blocks.json"), JsonSerializer.Serialize(blocks, ScoringJson.Default.IReadOnlyListString), cancellationToken);

        var start = time.GetTimestamp();
        var (exitCode, output) = await RunSandboxedAsync(layout, ["-c", Driver], _options.TimeLimit, cancellationToken);
        var taken = time.GetElapsedTime(start);
        return exitCode switch
        {
            0 => Run(DemoOutcome.Succeeded, string.Create(CultureInfo.InvariantCulture, $"in {taken.TotalSeconds:0.0} s, without a network."), output, taken),
            null => Run(DemoOutcome.Failed, $"it was ended after {_options.TimeLimit}.", output, taken),
            _ when LastLine(output).StartsWith("ModuleNotFoundError", StringComparison.Ordinal) =>
                Run(DemoOutcome.NotTried, $"the runner lacks a library: {LastLine(output)}. Put it into the environment of Scoring:Reproduction:PythonEnvironment.", output, taken),
            _ => Run(DemoOutcome.Failed, LastLine(output), output, taken),
        };
    }

    private string Python => _options.PythonEnvironment is { } directory ? Path.Combine(directory, "bin", "python3") : "/usr/bin/python3";

    private DemoRun Run(DemoOutcome outcome, string detail, string output, TimeSpan taken) => new(outcome, detail, output, taken.TotalSeconds, time.GetUtcNow());

    /// <summary>The exit code, or null when the time was up, and the end of what was written.</summary>
    private async Task<(int? ExitCode, string Output)> RunSandboxedAsync(DemoDirectory layout, string[] arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("prlimit") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in Limits(limit).Concat(Sandbox(layout)).Append(Python).Concat(arguments)) start.ArgumentList.Add(argument);
        using var process = Start(start);
        process.StandardInput.Close();
        var tail = new OutputTail(DemoRun.MaxOutput);
        var read = Task.WhenAll(tail.ReadAsync(process.StandardOutput), tail.ReadAsync(process.StandardError));
        using var timeUp = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(stop.Token);
            await read;
            return (process.ExitCode, tail.ToString());
        }
        catch (OperationCanceledException)
        {
            // With bwrap dies the first process of the namespace, and with that every other one in it.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            await read;
            cancellationToken.ThrowIfCancellationRequested();
            return (null, tail.ToString());
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new RunnerFailedException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private string[] Limits(TimeSpan limit) =>
    [
        $"--as={_options.MemoryLimit}", $"--cpu={(long)Math.Ceiling(limit.TotalSeconds) * Environment.ProcessorCount}", $"--nproc={MaxProcesses}",
        $"--fsize={TemporaryBytes}", "--core=0", "bwrap",
    ];

    private List<string> Sandbox(DemoDirectory layout)
    {
        List<string> arguments =
        [
            "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
            "--uid", "65534", "--gid", "65534", "--hostname", "demo",
            "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
            "--proc", "/proc", "--dev", "/dev",
            "--size", TemporaryBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp",
            "--ro-bind", layout.Path, "/demo", "--chdir", DemoDirectory.FilesInside,
            "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8", "--setenv", "PYTHONDONTWRITEBYTECODE", "1",
            "--setenv", "HF_HUB_CACHE", DemoDirectory.CacheInside, "--setenv", "HF_HUB_OFFLINE", "1", "--setenv", "TRANSFORMERS_OFFLINE", "1",
        ];
        foreach (var directory in new[] { "/bin", "/lib", "/lib64" })
        {
            // Links into /usr on merged systems, directories on others.
            if (new DirectoryInfo(directory) is not { Exists: true } found) continue;
            arguments.AddRange(found.LinkTarget is { } target ? ["--symlink", target, directory] : ["--ro-bind", directory, directory]);
        }
        if (_options.PythonEnvironment is { } environment) arguments.AddRange(["--ro-bind", environment, environment]);
        arguments.Add("--");
        return arguments;
    }

    private static string LastLine(string output)
    {
        var trimmed = output.TrimEnd();
        return trimmed.Length == 0 ? "it wrote nothing." : trimmed[(trimmed.LastIndexOf('\n') + 1)..];
    }

    /// <summary>Keeps the end of what two streams write.</summary>
    private sealed class OutputTail(int characters)
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();

        public async Task ReadAsync(TextReader reader)
        {
            var buffer = new char[4096];
            int read;
            while ((read = await reader.ReadAsync(buffer)) > 0)
            {
                lock (_lock)
                {
                    _text.Append(buffer, 0, read);
                    if (_text.Length > characters) _text.Remove(0, _text.Length - characters);
                }
            }
        }

        public override string ToString()
        {
            lock (_lock) return _text.ToString().Replace('\0', '\uFFFD');
        }
    }
}
