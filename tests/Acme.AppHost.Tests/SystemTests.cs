using System.IO.Compression;
using Acme.Client;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.AppHost.Tests;

/// <summary>The whole system, started as a developer starts it, on the embedded drivers.</summary>
public sealed class SystemTests : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("acme-apphost-");
    private DistributedApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Acme_AppHost>(
            ["--local-aws", "embedded", "--data", _data.FullName, "--Parameters:admin-password", "a password for a test"], limit.Token);
        _app = await builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        foreach (var resource in new[] { "api", "web" }) await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task An_artifact_goes_in_and_out()
    {
        using var http = _app.CreateHttpClient("api");
        var registry = new RegistryClient(http);
        await registry.SignInAsync("admin", "a password for a test", TestContext.Current.CancellationToken);
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
        using var web = _app.CreateHttpClient("web");
        // The sign-in page shows whether the registry answers.
        using var page = await web.GetAsync("/signin", TestContext.Current.CancellationToken);
        Assert.True(page.IsSuccessStatusCode, await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_commands_of_the_dashboard_fill_and_empty_the_registry()
    {
        var api = _app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == "api");
        var commands = _app.Services.GetRequiredService<ResourceCommandService>();
        Assert.True((await commands.ExecuteCommandAsync(api, "demo", TestContext.Current.CancellationToken)).Success);
        Assert.True((await commands.ExecuteCommandAsync(api, "reset", TestContext.Current.CancellationToken)).Success);
    }
}
