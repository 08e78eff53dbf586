using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.GitHub;
using Acme.Registry.Sources.Http;
using Acme.Registry.Zip;
using Acme.Upstreams;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Tests.Sources.GitHub;

/// <summary>Everything about GitHub, connected to a stand-in of its own.</summary>
internal sealed class GitHubUnderTest : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("acme-github-").FullName;

    private GitHubUnderTest(UpstreamServer server, TimeProvider? time, string? token, HttpSourceOptions? download)
    {
        Server = server;
        var gitHub = Options.Create(new GitHubOptions { ApiEndpoint = server.GitHubApi, WebEndpoint = server.GitHubWeb, Token = token });
        var http = download ?? new();
        http.SpoolDirectory = _directory;
        Api = new(gitHub, time ?? TimeProvider.System);
        Repositories = new(Api, gitHub, time ?? TimeProvider.System);
        Licenses = new(Repositories);
        Source = new(Api, Repositories, gitHub, Options.Create(http), Options.Create(ZipLimits.Default));
    }

    public UpstreamServer Server { get; }

    public GitHubApi Api { get; }

    public GitHubRepositories Repositories { get; }

    public GitHubLicenses Licenses { get; }

    public GitHubSource Source { get; }

    /// <summary>On the fixtures that come with the stand-in.</summary>
    public static async Task<GitHubUnderTest> StartAsync(TimeProvider? time = null, string? token = null, HttpSourceOptions? download = null) =>
        new(await UpstreamServer.StartAsync(), time, token, download);

    /// <summary>On one repository, <c>own/repo</c>, that the test describes itself.</summary>
    public static async Task<GitHubUnderTest> StartWithAsync(string description)
    {
        var fixtures = Directory.CreateTempSubdirectory("acme-github-fixtures-").FullName;
        var folder = Directory.CreateDirectory(Path.Combine(fixtures, "github", "own", "repo")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, ".upstream.json"), description);
        await File.WriteAllTextAsync(Path.Combine(folder, "main.py"), "print()\n");
        return new(await UpstreamServer.StartAsync(fixtures), null, null, null) { Fixtures = fixtures };
    }

    public Task<RepositoryFacts> ReadAsync(string repository, CancellationToken cancellationToken = default) =>
        Repositories.ReadAsync($"https://github.com/{repository}", new("a test asks", "README.md", 3), cancellationToken);

    public Task<Snapshot> FetchAsync(string path, ArtifactType type = ArtifactType.Model) =>
        Source.FetchAsync(new($"https://github.com/{path}"), type, CancellationToken.None);

    /// <summary>Requests that the stand-in got for paths that hold this.</summary>
    public int Asked(string part) => Server.Faults.Requests.Count(r => r.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Source.Dispose();
        Api.Dispose();
        await Server.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        Directory.Delete(_directory);
        if (Fixtures is not null) Directory.Delete(Fixtures, recursive: true);
    }

    private string? Fixtures { get; init; }
}
