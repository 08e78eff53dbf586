using Acme.Upstreams.GitHub;
using Acme.Upstreams.HuggingFace;
using Acme.Upstreams.Kaggle;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Acme.Upstreams;

/// <summary>
/// A small server on 127.0.0.1 that speaks the used parts of the Hugging Face, GitHub and Kaggle APIs from a folder of fixtures
/// (<c>huggingface/models/{owner}/{name}</c>, <c>huggingface/datasets/{owner}/{name}</c>, <c>github/{owner}/{name}</c>,
/// <c>kaggle/{owner}/{name}</c>: the files as they are, and beside them <c>.upstream.json</c> with what the host tells about them),
/// with faults on demand.
/// </summary>
public sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamServer(WebApplication app, Faults faults)
    {
        _app = app;
        Faults = faults;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>For <c>Sources:HuggingFace:Endpoint</c>.</summary>
    public Uri HuggingFace => new(Address, "/hf");

    /// <summary>For <c>Sources:GitHub:ApiEndpoint</c>.</summary>
    public Uri GitHubApi => new(Address, "/github-api");

    /// <summary>For <c>Sources:GitHub:WebEndpoint</c>.</summary>
    public Uri GitHubWeb => new(Address, "/github");

    /// <summary>For <c>Sources:Kaggle:Endpoint</c>.</summary>
    public Uri Kaggle => new(Address, "/kaggle");

    /// <summary>What goes wrong, and what has been asked.</summary>
    public Faults Faults { get; }

    /// <summary>Starts it.</summary>
    /// <param name="fixtures">The folder of fixtures; by default the one that comes with the program.</param>
    /// <param name="port">By default one that the system chooses.</param>
    public static async Task<UpstreamServer> StartAsync(string? fixtures = null, int port = 0)
    {
        var folder = fixtures ?? Path.Combine(AppContext.BaseDirectory, "fixtures");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var faults = new Faults();
        app.Use(faults.ApplyAsync);
        app.MapGroup("/hf").MapHuggingFace(Path.Combine(folder, "huggingface"));
        app.MapGroup("/github-api").MapGitHubApi(Path.Combine(folder, "github"));
        app.MapGroup("/github").MapGitHubWeb(Path.Combine(folder, "github"));
        app.MapGroup("/kaggle").MapKaggle(Path.Combine(folder, "kaggle"));
        await app.StartAsync();
        return new(app, faults);
    }

    /// <summary>Returns when the process is told to stop.</summary>
    public Task UntilStoppedAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
