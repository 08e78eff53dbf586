using Acme.Client.Contract;
using Acme.LoadTest.Models;
using Acme.LoadTest.Workloads;
using Acme.Measuring.Servers;

namespace Acme.LoadTest.Targets;

/// <summary>A server that is measured beside others.</summary>
/// <param name="name">In results.</param>
/// <param name="registry">How it is called.</param>
/// <param name="processId">Its process, where it runs on this machine.</param>
/// <param name="owned">Ends with it.</param>
internal abstract class Target(string name, ServerClient registry, int? processId, IDisposable? owned) : IAsyncDisposable
{
    public string Name => name;

    public ServerClient Client => registry;

    public int? ProcessId => processId;

    /// <summary>Whether it can be asked for its health.</summary>
    public abstract bool IsRegistry { get; }

    /// <summary>The workload against it; null when it does not know such a thing.</summary>
    public abstract Task<Workload?> CreateAsync(LoadTestWorkload workload, CancellationToken cancellationToken);

    /// <summary>Takes away what was brought, where the server goes on after this.</summary>
    public virtual ValueTask DisposeAsync()
    {
        registry.Dispose();
        owned?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A registry with the models that the workloads use.</summary>
internal sealed class RegistryTarget : Target
{
    private readonly PreparedModels _models;
    private readonly WorkloadSet _workloads;
    private readonly bool _clean;

    private RegistryTarget(string name, ServerClient registry, int? processId, IDisposable? owned, PreparedModels models, bool clean)
        : base(name, registry, processId, owned) => (_models, _workloads, _clean) = (models, new(registry, models), clean);

    public override bool IsRegistry => true;

    /// <summary>Starts one on this machine, with models.</summary>
    /// <param name="name">In results.</param>
    /// <param name="dataDirectory">Of its own.</param>
    /// <param name="models">How many.</param>
    /// <param name="settings">As <c>--Key value</c>.</param>
    /// <param name="environment">Such as credentials.</param>
    /// <param name="program">Another build's <c>Acme.Standalone.dll</c>; null for this one's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<RegistryTarget> StartAsync(
        string name, string dataDirectory, int models, IReadOnlyList<string> settings, IReadOnlyDictionary<string, string> environment, string? program, CancellationToken cancellationToken)
    {
        var process = await RegistryProcess.StartAsync(dataDirectory, cancellationToken, settings, environment, program);
        try
        {
            var registry = new ServerClient(process.Client.BaseAddress!, RegistryProcess.AdminName, RegistryProcess.AdminPassword, null);
            return new(name, registry, process.Id, process, await PreparedModels.PrepareAsync(registry, models, _ => { }, cancellationToken), clean: false);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Uses one that runs.</summary>
    public static async Task<RegistryTarget> AtAsync(Uri address, Options options, CancellationToken cancellationToken)
    {
        var registry = new ServerClient(address, options.User, options.Password, Options.Token);
        return new(address.Authority, registry, null, null, await PreparedModels.PrepareAsync(registry, options.Models, _ => { }, cancellationToken), options.Clean);
    }

    public override async Task<Workload?> CreateAsync(LoadTestWorkload workload, CancellationToken cancellationToken) => await _workloads.CreateAsync(workload, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_clean) await _models.CleanAsync(Client, _workloads.Added, CancellationToken.None);
        await base.DisposeAsync();
    }
}

/// <summary>Another server with the bytes of Tiny-LLM's bundle.</summary>
internal sealed class PeerTarget : Target
{
    private readonly string _path;
    private readonly ExpectedContent _content;

    private PeerTarget(string name, Uri address, int processId, IDisposable owned, string path, ExpectedContent content)
        : base(name, ServerClient.Anonymous(address), processId, owned) => (_path, _content) = (path, content);

    public override bool IsRegistry => false;

    public static async Task<PeerTarget> NginxAsync(string directory, CancellationToken cancellationToken)
    {
        const string file = "tiny-llm.zip";
        var content = await GeneratedModel.TinyLlm.BundleAsync(cancellationToken);
        Directory.CreateDirectory(directory);
        await using (var stream = File.Create(Path.Combine(directory, file))) await GeneratedModel.TinyLlm.Zip().CopyToAsync(stream, cancellationToken);
        var nginx = await NginxProcess.StartAsync(directory, cancellationToken);
        return new("nginx", nginx.Address, nginx.Id, nginx, file, content);
    }

    public static async Task<PeerTarget> DockerRegistryAsync(string directory, CancellationToken cancellationToken)
    {
        var content = await GeneratedModel.TinyLlm.BundleAsync(cancellationToken);
        var docker = await DockerRegistryProcess.StartAsync(directory, cancellationToken);
        try
        {
            using var bytes = new MemoryStream();
            await GeneratedModel.TinyLlm.Zip().CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            var path = await docker.PushAsync(bytes, content.Sha256, cancellationToken);
            return new("docker-registry", docker.Address, docker.Id, docker, path.TrimStart('/'), content);
        }
        catch
        {
            docker.Dispose();
            throw;
        }
    }

    public override Task<Workload?> CreateAsync(LoadTestWorkload workload, CancellationToken cancellationToken) =>
        Task.FromResult<Workload?>(workload == LoadTestWorkload.Whole ? new DownloadWorkload(Client, _path, _content) : null);
}
