using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Sources.HuggingFace;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.HuggingFace;

/// <summary>The source, reading from a stand-in.</summary>
internal sealed class Hub(UpstreamServer upstreams, string? token = null) : IDisposable
{
    private readonly HuggingFaceHub _hub = new(new() { Endpoint = upstreams.HuggingFace, Token = token }, new HttpSourceOptions(), TimeProvider.System);

    public HuggingFaceSource Source => new(_hub);

    public HuggingFaceDatasets Datasets => new(_hub);

    public Task<Snapshot> FetchAsync(string path, ArtifactType type = ArtifactType.Model) => Source.FetchAsync(new($"https://huggingface.co/{path}"), type, default);

    public async Task<string> ProblemAsync(string path) => (await Assert.ThrowsAnyAsync<SourceException>(() => FetchAsync(path))).Message;

    public void Dispose() => _hub.Dispose();
}

/// <summary>One stand-in for a class of tests that do not make it fail.</summary>
public sealed class SharedUpstreams : IAsyncLifetime
{
    public UpstreamServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await UpstreamServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
