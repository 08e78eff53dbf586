using System.Reflection;

namespace Acme.Storage.Engines;

/// <summary>A DynamoDB on loopback: npm's dynalite on LevelDB in a temporary directory, so that its tables outlive a restart. It ends with the process that started it, however that ends.</summary>
public sealed class Dynalite : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "EnginesDirectory").Value!, "dynalite");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("acme-dynalite-");
    private readonly EngineGuardian _guardian;
    private readonly int _port;
    private EngineProcess? _process;

    private Dynalite(int port) => (_port, _guardian) = (port, new(_directory.FullName));

    /// <summary>Why it cannot run here, or nothing.</summary>
    public static string? MissingPrerequisite =>
        !EngineProcess.IsInstalled("node") ? "'node' is not installed; scripts/test.sh installs it."
        : !Directory.Exists(Path.Combine(Folder, "node_modules")) ? "dynalite is not installed; scripts/test.sh installs it, or 'npm ci' in tests/Acme.Storage.Engines/dynalite."
        : null;

    /// <summary>Where it listens. It takes any credentials.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Starts one without tables.</summary>
    /// <param name="port">Where it listens; null for a free port.</param>
    public static async Task<Dynalite> StartAsync(int? port = null)
    {
        if (MissingPrerequisite is { } missing) throw new InvalidOperationException(missing);
        var dynalite = new Dynalite(port ?? EngineProcess.FreePort());
        try
        {
            await dynalite.RestartAsync();
            return dynalite;
        }
        catch
        {
            await dynalite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it with SIGKILL; its tables stay. LevelDB hands each write to the system before it answers, but does not wait for the disk.</summary>
    public void Stop()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Starts it again, at the same address.</summary>
    public async Task RestartAsync()
    {
        Stop();
        _process = EngineProcess.Start(
            "node", Path.Combine(Folder, "node_modules", "dynalite", "cli.js"),
            "--host", "127.0.0.1", "--port", $"{_port}", "--createTableMs", "0", "--deleteTableMs", "0", "--path", _directory.FullName);
        await _process.WaitForPortAsync(_port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        return _guardian.DisposeAsync();
    }
}
