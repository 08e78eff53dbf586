using System.IO.Compression;
using Acme.Client;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.AppHost.Tests;

/// <summary>The whole system, started as a developer starts it, on the embedded drivers.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    /// <summary>The administrator's password.</summary>
    public const string Password = "a password for a test";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("acme-apphost-");

    /// <summary>The AppHost.</summary>
    public DistributedApplication App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Acme_AppHost>(
            ["--local-aws", "embedded", "--data", _data.FullName, "--Parameters:admin-password", Password], limit.Token);
        App = await builder.BuildAsync(limit.Token);
        await App.StartAsync(limit.Token);
        foreach (var resource in new[] { "api", "web" }) await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

public sealed class SystemTests(RunningSystem system) : IClassFixture<RunningSystem>
{
    [Fact]
    public async Task An_artifact_goes_in_and_out()
    {
        using var http = system.App.CreateHttpClient("api");
        var registry = new RegistryClient(http);
        await registry.SignInAsync("admin", RunningSystem.Password, TestContext.Current.CancellationToken);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var card = new StreamWriter(archive.CreateEntry("README.md").Open());
            await card.WriteAsync("---\nlicense: mit\n---\n# A model\n");
        }
        zip.Position = 0;

        var artifact = await registry.UploadAsync(Client.Contract.ArtifactType.Model, zip, "from-the-apphost", cancellationToken: TestContext.Current.CancellationToken);

        using var download = await http.GetAsync(new Uri(artifact.Data.DownloadUrl!), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, download.StatusCode);
        using var bundle = await registry.DownloadAsync(Client.Contract.ArtifactType.Model, artifact.Metadata.Id, cancellationToken: TestContext.Current.CancellationToken);
        using var read = new ZipArchive(bundle);
        Assert.Equal("README.md", Assert.Single(read.Entries).FullName);
    }

    [Fact]
    public async Task The_web_finds_the_API_by_its_name()
    {
        using var web = system.App.CreateHttpClient("web");
        // What the parts of the registry are, only the API can tell.
        var page = await web.GetStringAsync("/status", TestContext.Current.CancellationToken);
        Assert.Contains("Blob store", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_of_the_dashboard_fill_and_empty_the_registry()
    {
        var api = system.App.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == "api");
        var commands = system.App.Services.GetRequiredService<ResourceCommandService>();
        Assert.True((await commands.ExecuteCommandAsync(api, "demo", TestContext.Current.CancellationToken)).Success);
        Assert.True((await commands.ExecuteCommandAsync(api, "reset", TestContext.Current.CancellationToken)).Success);
    }
}
