using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Zip;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.GitHub;

public sealed class GitHubSourceTests
{
    [Fact]
    public async Task A_repository_comes_with_its_files_and_its_facts()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await using var snapshot = await gitHub.FetchAsync("acme-research/tinybert");
        Assert.Equal(snapshot.Repository!.Files!, snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Contains("# tinybert", await ReadAsync(snapshot, "README.md"));
        Assert.Equal("the model comes from it", snapshot.Repository.FoundBy.How);
        Assert.Equal(34, snapshot.Repository.Reviews!.MergedPullRequests);
    }

    [Fact]
    public async Task Code_and_datasets_come_without_the_history_that_nobody_asks_about()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await using var snapshot = await gitHub.FetchAsync("acme-research/tinybert", ArtifactType.Code);
        Assert.Null(snapshot.Repository);
        Assert.Equal(0, gitHub.Asked("/pulls") + gitHub.Asked("/commits"));
    }

    [Theory]
    [InlineData("acme-research/branches", "README.md|main.py")]
    [InlineData("acme-research/branches/tree/main", "README.md|main.py")]
    public async Task While_the_quota_is_used_up_the_archive_comes_from_the_site(string url, string paths)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Answers.QuotaUsedUp("/github-api/", DateTimeOffset.UtcNow.AddMinutes(40)));
        await using var snapshot = await gitHub.FetchAsync(url);
        Assert.Equal(paths.Split('|'), snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Contains("quota is used up", snapshot.Repository!.Problem);
        Assert.True(snapshot.Repository.IsTransient);
        Assert.Equal(1, gitHub.Asked("/github-api/"));
    }

    [Theory]
    [InlineData("acme-research/branches", "README.md|main.py")]
    [InlineData("acme-research/branches.git", "README.md|main.py")]
    [InlineData("acme-research/branches/", "README.md|main.py")]
    [InlineData("acme-research/branches/tree/main", "README.md|main.py")]
    [InlineData("acme-research/branches/tree/release/2.0", "README.md|main.py")]
    [InlineData("acme-research/branches/tree/feature/x", "main.py|sub/deep/deep.py|sub/tool.py")]
    [InlineData("acme-research/branches/tree/feature/x/sub", "deep/deep.py|tool.py")]
    [InlineData("acme-research/branches/tree/feature/x/sub/", "deep/deep.py|tool.py")]
    [InlineData("acme-research/branches/tree/feature/x/sub/deep", "deep.py")]
    [InlineData("acme-research/branches/blob/feature/x/sub/tool.py", "tool.py")]
    [InlineData("acme-research/branches/blob/main/main.py#L1", "main.py")]
    public async Task What_the_url_names_is_taken(string url, string paths)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await using var snapshot = await gitHub.FetchAsync(url);
        Assert.Equal(paths.Split('|'), snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Urls_of_the_configured_site_are_the_sources_own()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var url = new Uri(gitHub.Server.GitHubWeb.AbsoluteUri + "/acme-labs/textkit.git");
        Assert.True(gitHub.Source.Handles(url));
        Assert.Equal("acme-labs-textkit", gitHub.Source.NameFor(url));
        await using var snapshot = await gitHub.Source.FetchAsync(url, ArtifactType.Model, default);
        Assert.Equal(gitHub.Server.GitHubWeb.AbsoluteUri + "/acme-labs/textkit", snapshot.Repository!.Url);
    }

    [Theory]
    [InlineData("https://github.com/o/r", true)]
    [InlineData("https://github.com/o", true)]
    [InlineData("https://www.github.com/o/r/releases", true)]
    [InlineData("https://gist.github.com/o/123", true)]
    [InlineData("https://github.com/o/r/archive/refs/heads/main.zip", false)]
    [InlineData("https://github.com/o/r/releases/download/v1/model.zip", false)]
    [InlineData("https://github.com/o/r/raw/main/model.zip", false)]
    [InlineData("https://example.org/o/r", false)]
    public async Task It_handles_the_site_but_leaves_zips_on_it_to_the_plain_source(string url, bool handles)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        Assert.Equal(handles, gitHub.Source.Handles(new(url)));
    }

    [Theory]
    [InlineData("https://github.com/Google-Research/BERT.git", "Google-Research-BERT")]
    [InlineData("https://github.com/o/r/tree/feature/x/sub", "o-r")]
    [InlineData("https://github.com/o", "github.com")]
    public async Task The_name_is_owner_and_repository(string url, string name)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        Assert.Equal(name, gitHub.Source.NameFor(new(url)));
    }

    [Theory]
    [InlineData("https://github.com/acme-labs/nothing-there", "no public repository acme-labs/nothing-there")]
    [InlineData("https://github.com/acme-labs/secret", "no public repository acme-labs/secret")]
    [InlineData("https://github.com/acme-labs/empty", "acme-labs/empty is empty")]
    [InlineData("https://github.com/acme-labs/empty/tree/main", "acme-labs/empty is empty")]
    [InlineData("https://github.com/acme-labs/textkit/tree/nope/x", "no branch, tag or commit 'nope'")]
    [InlineData("https://github.com/acme-labs/textkit/tree/main/no/such", "no 'no/such' in acme-labs/textkit at 'main'")]
    [InlineData("https://github.com/acme-labs/textkit/blob/main/textkit/cle", "no 'textkit/cle'")]
    [InlineData("https://github.com/acme-labs/textkit/releases", "a page about the repository ('releases')")]
    [InlineData("https://github.com/acme-labs/textkit/releases/tag/v1.0", "/acme-labs/textkit/tree/v1.0 instead")]
    [InlineData("https://github.com/acme-labs/textkit/issues/5", "a page about the repository ('issues')")]
    [InlineData("https://github.com/acme-labs", "does not name a repository")]
    [InlineData("https://github.com/topics/nlp", "does not name a repository")]
    [InlineData("https://gist.github.com/someone/0123", "does not name a repository")]
    [InlineData("https://me:secret@github.com/acme-labs/textkit", "user name or password")]
    public async Task What_cannot_be_taken_says_why(string url, string problem)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var refusal = await Assert.ThrowsAnyAsync<SourceException>(() => gitHub.Source.FetchAsync(new(url), ArtifactType.Code, default));
        Assert.Contains(problem, refusal.Message);
        Assert.False(refusal.IsTransient);
        Assert.DoesNotContain("me:secret", refusal.Message);
    }

    [Theory]
    [InlineData("acme-research/branches", "README.md|main.py")]
    [InlineData("acme-research/branches/tree/feature/x/sub/deep", "deep.py")]
    public async Task Where_the_API_gives_no_archive_the_site_does(string url, string paths)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/zipball/", 403));
        await using var snapshot = await gitHub.FetchAsync(url);
        Assert.Equal(paths.Split('|'), snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Equal(1, gitHub.Asked("/archive/"));
    }

    [Fact]
    public async Task A_renamed_repository_is_taken_under_its_new_name()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await using var snapshot = await gitHub.FetchAsync("acme-research/tiny-bert-old");
        Assert.Equal("https://github.com/acme-research/tinybert", snapshot.Repository!.Url);
        Assert.Equal(1, gitHub.Asked("/repos/acme-research/tinybert/zipball/"));
    }

    [Fact]
    public async Task Submodules_are_noted_and_no_error()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await using var snapshot = await gitHub.FetchAsync("acme-labs/own-words");
        Assert.Equal(["fast.py", "LICENSE"], snapshot.Files.Select(f => f.Path).Order(StringComparer.OrdinalIgnoreCase));
        Assert.Contains("third_party/kernels", snapshot.Repository!.Problem);
    }

    [Fact]
    public async Task A_failure_of_the_facts_is_no_failure_of_the_ingest()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/(commits|pulls|license|git/trees)", 500));
        await using var snapshot = await gitHub.FetchAsync("acme-labs/own-words");
        Assert.NotEmpty(snapshot.Files);
        Assert.True(snapshot.Repository!.IsTransient);
        Assert.Null(snapshot.Repository.Files);
        Assert.Null(snapshot.Repository.License);
        Assert.Contains("Its licence could not be read", snapshot.Repository.Problem);
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_taken_up_again()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Cut("/legacy.zip/", afterBytes: 1500, times: 1));
        await using var snapshot = await gitHub.FetchAsync("acme-research/tinybert");
        Assert.Contains("# tinybert", await ReadAsync(snapshot, "README.md"));
        Assert.Equal(2, gitHub.Asked("/legacy.zip/"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]:9/archive.zip")]
    [InlineData("http://10.0.0.1/archive.zip")]
    public async Task An_archive_inside_the_network_is_out_of_reach(string location)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Redirect("/zipball/", location));
        await Assert.ThrowsAsync<BlockedAddressException>(() => gitHub.FetchAsync("acme-labs/textkit"));
    }

    [Fact]
    public async Task An_archive_above_the_limit_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(download: new() { MaxDownloadBytes = 1000 });
        await Assert.ThrowsAsync<ContentTooLargeException>(() => gitHub.FetchAsync("acme-research/tinybert"));
    }

    [Fact]
    public async Task An_endless_archive_ends_at_the_limit()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(download: new() { MaxDownloadBytes = 5_000_000 });
        gitHub.Server.Faults.Add(new("/legacy.zip/", int.MaxValue, async (context, _) =>
        {
            for (var chunk = new byte[64 * 1024]; !context.RequestAborted.IsCancellationRequested;) await context.Response.Body.WriteAsync(chunk);
        }));
        await Assert.ThrowsAsync<ContentTooLargeException>(() => gitHub.FetchAsync("acme-labs/textkit"));
    }

    [Fact]
    public async Task Something_else_than_an_archive_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Answers.Text("/legacy.zip/", "<html>busy</html>", "text/html"));
        await Assert.ThrowsAsync<ZipRefusedException>(() => gitHub.FetchAsync("acme-labs/textkit"));
    }

    [Fact]
    public async Task The_token_goes_to_the_API_and_nowhere_else()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(token: "a-token");
        var seen = new List<(string Path, string? Authorization)>();
        gitHub.Server.Faults.Add(new("/", int.MaxValue, async (context, next) =>
        {
            lock (seen) seen.Add((context.Request.Path, context.Request.Headers.Authorization));
            await next(context);
        }));
        await using var snapshot = await gitHub.FetchAsync("acme-labs/textkit");
        Assert.All(seen.Where(s => s.Path.StartsWith("/github-api", StringComparison.Ordinal)), s => Assert.Equal("Bearer a-token", s.Authorization));
        Assert.Null(Assert.Single(seen, s => s.Path.StartsWith("/github/", StringComparison.Ordinal)).Authorization);
    }

    private static async Task<string> ReadAsync(Snapshot snapshot, string path)
    {
        await using var content = await snapshot.Files.Single(f => f.Path == path).OpenAsync(default);
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
