using System.Diagnostics;

namespace Acme.Storage.Engines;

/// <summary>
/// A shell that outlives the process that started it: when that ends, however it ends, the shell's input closes, and it stops the engine and
/// removes the engine's directory.
/// </summary>
internal sealed class EngineGuardian : IAsyncDisposable
{
    private readonly Process _shell;

    /// <summary>Begins to guard.</summary>
    /// <param name="directory">The engine's own; it goes too. Its name is random, and stands in the command line of each of the engine's processes.</param>
    /// <param name="stop">A command that stops the engine; null for killing every process whose command line has the directory.</param>
    public EngineGuardian(string directory, string? stop = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"trap '' INT TERM HUP; read _; {stop ?? "pkill -KILL -f \"$GUARDED\""}; rm -rf \"$GUARDED\""])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // Not as an argument: the shell's own command line must not have it.
        start.Environment["GUARDED"] = directory;
        _shell = Process.Start(start)!;
    }

    /// <summary>Has it do its work now.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
