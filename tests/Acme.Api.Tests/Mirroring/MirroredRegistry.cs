using System.Diagnostics;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Acme.Registry.Tests.Mirroring;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Mirroring;

/// <summary>A registry whose artifacts come with files that are elsewhere, and the server where they are.</summary>
public sealed class MirroredRegistry : IAsyncDisposable
{
    private readonly string[] _settings;

    private MirroredRegistry(WeightServer server, string[] settings) => (Server, _settings) = (server, settings);

    public WeightServer Server { get; }

    public RegistryApp App { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    private string Data { get; } = Directory.CreateTempSubdirectory("acme-mirror-").FullName;

    public static async Task<MirroredRegistry> StartAsync(params string[] settings)
    {
        var server = await WeightServer.StartAsync();
        var registry = new MirroredRegistry(server, ["--Sources:Http:TrustedHosts:0", $"{server.Address.Host}:{server.Address.Port}", "--Mirror:InlineUpTo", "1000", .. settings]);
        await registry.StartAgainAsync();
        return registry;
    }

    /// <summary>Starts a process, or another one, on the same data.</summary>
    public async Task StartAgainAsync()
    {
        App = await RegistryApp.StartOnAsync(Data, _settings);
        Admin = await App.SignedInAsync();
    }

    public async Task StopAsync()
    {
        Admin.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>Publishes as a source that announces digests would have it; small files are read at once.</summary>
    public Task<string> PublishAsync(string name, ArtifactId? replaces, params (string Path, byte[] Content, Uri? Remote)[] files) =>
        PublishAsync(name, replaces, [.. files.Select(f => File(f.Path, f.Content, f.Remote is null ? null : new(f.Remote, Sha256Digest.Of(f.Content))))]);

    public static SnapshotFile File(string path, byte[] content, RemoteContent? remote) =>
        new(path, content.Length, _ => Task.FromResult<Stream>(new MemoryStream(content))) { Remote = remote };

    public async Task<string> PublishAsync(string name, ArtifactId? replaces, SnapshotFile[] files)
    {
        var order = new IngestOrder
        {
            Id = replaces ?? ArtifactId.New(), Type = ArtifactType.Model, Name = name, Url = $"https://example.com/{name}", Replaces = replaces is not null,
            Epoch = await Catalog.GetEpochAsync(), UserName = RegistryApp.AdminName, IsAdmin = true,
        };
        await using var snapshot = new Announced(files);
        return (await App.Services.GetRequiredService<IngestPipeline>().PublishAsync(order, snapshot, default)).Id.ToString();
    }

    public ICatalog Catalog => App.Services.GetRequiredService<ICatalog>();

    /// <summary>The file as GET files lists it.</summary>
    public async Task<JsonElement> FileAsync(string id, string path)
    {
        using var response = await Admin.GetAsync($"/artifacts/model/{id}/files");
        return (await response.JsonAsync()).EnumerateArray().Single(f => f.GetProperty("path").GetString() == path);
    }

    public async Task UntilStateAsync(string id, string path, string state) =>
        await UntilAsync(async () => (await FileAsync(id, path)).GetProperty("state").GetString() == state);

    public Task UntilJobsEndAsync() => UntilAsync(() => Task.FromResult(App.Services.GetRequiredService<JobRunner>().Depth == 0));

    /// <summary>The manifest of the current revision, as it is stored.</summary>
    public async Task<Manifest> ManifestAsync(string id)
    {
        var artifact = (await Catalog.Artifacts.FindAsync(ArtifactId.Parse(id)))!.Item;
        return Manifest.Deserialize(await App.Services.GetRequiredService<IBlobStore>().ReadAllBytesAsync(artifact.Head.Manifest));
    }

    public async Task<IReadOnlyList<string>> TrailAsync(string id)
    {
        using var response = await Admin.GetAsync($"/artifact/model/{id}/audit");
        return [.. (await response.JsonAsync()).EnumerateArray().Select(e => e.GetProperty("action").GetString()!)];
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1), "What was waited for did not happen within a minute.");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Server.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    private sealed class Announced(SnapshotFile[] files) : Snapshot
    {
        public override IReadOnlyList<SnapshotFile> Files => files;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
