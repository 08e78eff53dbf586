using System.Collections.Concurrent;
using System.Diagnostics;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Tests.Content;

namespace Acme.Web.Tests.Browser;

/// <summary>One standalone registry with demo data, as a process of its own, for the whole run. It runs as in production, so that caching and headers are the real ones.</summary>
public sealed class RegistryUnderTest : IAsyncDisposable
{
    public const string AdminName = "admin";
    public const string ReaderName = "reader";
    public const string LongName = "an-organisation-with-a-very-long-name/a-model-whose-name-goes-on-and-on-until-nobody-remembers-how-it-began-or-what-it-was-for-v2.1-final";
    public const string HostileName = "somebody/hostile";
    public const string Password = "correct-horse-battery";

    private const string Listening = "Now listening on: ";

    private readonly string _data = Directory.CreateTempSubdirectory("acme-web-").FullName;
    private readonly ConcurrentQueue<string> _lines = new();
    private TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, string> _ids = [];
    private Process _process = null!;
    private Task _reading = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    /// <summary>A client of the API with the administrator's token.</summary>
    public RegistryClient Admin { get; private set; } = null!;

    /// <summary>Id of the demo artifact with this name.</summary>
    public string IdOf(string name) => _ids[name];

    public async Task InitializeAsync()
    {
        await StartAsync();
        Admin = new(new HttpClient { BaseAddress = Address });
        await Admin.SignInAsync(AdminName, Password);
        await Admin.RegisterUserAsync(new() { Name = ReaderName, Password = Password, Permissions = [Permission.Search] });
        await UploadAsync(LongName, Zips.Model());
        await UploadAsync(HostileName, Zips.Model(HostileCard.Text, ("images/own.svg", HostileCard.Picture), ("x.png", "no picture")));
        foreach (var artifact in (await Admin.ListAsync([new() { Name = "*" }])).Items) _ids[artifact.Name] = artifact.Id;
    }

    /// <summary>Kills the process and starts another on the same data.</summary>
    public async Task RestartAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        await StartAsync();
    }

    /// <summary>Registers a model; its id.</summary>
    public async Task<string> UploadAsync(string name, byte[] zip)
    {
        using var content = new MemoryStream(zip);
        return (await Admin.UploadAsync(ArtifactType.Model, content, "model.zip", name)).Metadata.Id;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAsync()
    {
        string[] arguments =
        [
            "exec", FindProgram(), "--demo", "--environment", "Production", "--urls", "http://127.0.0.1:0", "--Data:Directory", _data,
            "--Admin:Name", AdminName, "--Admin:Password", Password, "--Access:TokenCalls", "1000000", "--Logging:LogLevel:Acme.Api.Demo", "None",
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What happens to be set where the tests run must not reach the process under test.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || k.Contains("__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await Task.WhenAny(_listening.Task, _process.WaitForExitAsync());
        Assert.True(_listening.Task.IsCompleted, $"It ended instead of listening: {string.Join('\n', _lines)}");
        Address = await _listening.Task;
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

    private static string FindProgram()
    {
        // artifacts/bin/<project>/<configuration>/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(output.Parent!.Parent!.FullName, "Acme.Standalone", output.Name, "Acme.Standalone.dll");
    }
}
