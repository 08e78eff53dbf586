using Acme.Registry.Scoring.Facts;
using Acme.Upstreams;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Registry.Tests.Sources.GitHub;

/// <summary>The facts about the repositories of the stand-in; the expected figures are sums over their descriptions.</summary>
public sealed class GitHubRepositoriesTests
{
    [Fact]
    public async Task A_busy_repository_is_read_whole()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync("acme-research/tinybert");
        Assert.Null(facts.Problem);
        Assert.Equal("https://github.com/acme-research/tinybert", facts.Url);
        Assert.Equal(new FoundBy("a test asks", "README.md", 3), facts.FoundBy);
        Assert.Equal("Apache-2.0", facts.License);
        Assert.False(facts.IsArchived);
        Assert.Contains(".github/workflows/ci.yml", facts.Files!);
        Assert.Equal(facts.Files!.Order(StringComparer.Ordinal), facts.Files);
        Assert.DoesNotContain("src", facts.Files!);

        var history = facts.History!;
        Assert.True(history.IsComplete);
        Assert.Equal(
            [new("aiko-tan", 18), new("sam-okoye", 15), new("mira-lund", 13), new("jonas-weber", 9), new("lena-fischer", 4), new("Old Contributor", 1)],
            history.Committers);
        Assert.InRange((DateTimeOffset.UtcNow - history.LastCommitAt!.Value).TotalDays, 2.9, 3.1);

        var reviews = facts.Reviews!;
        Assert.True(reviews.IsComplete);
        Assert.Equal((34, 33), (reviews.MergedPullRequests, reviews.ReviewedPullRequests));
        Assert.Equal((1910, 1942), (reviews.ReviewedAdditions, reviews.TotalAdditions));
        Assert.Equal(5, reviews.Examples.Count);
        Assert.All(reviews.Examples, e => Assert.StartsWith("https://github.com/acme-research/tinybert/pull/", e));
    }

    [Fact]
    public async Task An_abandoned_repository_tells_its_last_commit_and_what_was_pushed()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync("acme-labs/old-toy");
        Assert.True(facts.IsArchived);
        Assert.Null(facts.License);
        Assert.Empty(facts.History!.Committers);
        Assert.InRange((DateTimeOffset.UtcNow - facts.History.LastCommitAt!.Value).TotalDays, 739, 741);
        // The weights that were pushed along do not count.
        Assert.Equal(new(0, 0, 0, 320, facts.Reviews!.Examples, true), facts.Reviews);
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_and_told_under_its_new_page()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync("acme-research/tiny-bert-old");
        Assert.Equal("https://github.com/acme-research/tinybert", facts.Url);
        Assert.Equal(34, facts.Reviews!.MergedPullRequests);
    }

    [Theory]
    [InlineData("acme-labs/secret")]
    [InlineData("acme-labs/nothing-there")]
    public async Task A_private_or_missing_repository_is_a_problem(string repository)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync(repository);
        Assert.Contains("no public repository", facts.Problem);
        Assert.False(facts.IsTransient);
        Assert.Null(facts.Files);
        Assert.Null(facts.History);
        Assert.Null(facts.Reviews);
    }

    [Fact]
    public async Task A_private_repository_that_the_token_opens_is_none_either()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(token: "secret");
        gitHub.Server.Faults.Add(Answers.Json("/repos/own/hidden$", """{"full_name":"own/hidden","private":true,"default_branch":"main"}"""));
        Assert.Contains("no public repository", (await gitHub.ReadAsync("own/hidden")).Problem);
    }

    [Fact]
    public async Task An_empty_repository_has_no_files_and_no_commits()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync("acme-labs/empty");
        Assert.Null(facts.Problem);
        Assert.Empty(facts.Files!);
        Assert.Empty(facts.History!.Committers);
        Assert.Null(facts.History.LastCommitAt);
        Assert.Equal(0, facts.Reviews!.TotalAdditions);
    }

    [Fact]
    public async Task Submodules_are_told_and_are_no_files()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var facts = await gitHub.ReadAsync("acme-labs/own-words");
        Assert.Equal(["LICENSE", "fast.py"], facts.Files!);
        Assert.Contains("third_party/kernels", facts.Problem);
        Assert.False(facts.IsTransient);
    }

    [Theory]
    [InlineData("acme-labs/own-words", "MIT")]
    [InlineData("acme-labs/unlicensed", null)]
    [InlineData("acme-labs/textkit", "MIT")]
    [InlineData("acme-research/tiny-bert-old", "Apache-2.0")]
    public async Task The_licence_is_what_GitHub_says_or_what_its_text_is(string repository, string? license)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        Assert.Equal(license, (await gitHub.ReadAsync(repository)).License);
        var parts = repository.Split('/');
        Assert.Equal(license, await gitHub.Licenses.FindAsync(new(parts[0], parts[1])));
        Assert.Equal(license == "MIT" && repository.EndsWith("words", StringComparison.Ordinal) ? 1 : 0, gitHub.Asked("/license"));
    }

    [Theory]
    [InlineData("/git/trees/", "files")]
    [InlineData("/commits\\?", "commits")]
    [InlineData("/pulls\\?", "pull requests")]
    public async Task A_missing_operation_makes_only_its_part_unknown(string requests, string part)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status(requests, 404));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains($"Its {part} could not be read", facts.Problem);
        Assert.False(facts.IsTransient);
        Assert.Equal(part == "files", facts.Files is null);
        Assert.Equal(part == "commits", facts.History is null);
        Assert.Equal(part == "pull requests", facts.Reviews is null);
        Assert.Equal("MIT", facts.License);
    }

    [Fact]
    public async Task Server_errors_are_tried_again()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/repos/acme-labs/textkit", 502, times: 2));
        Assert.Null((await gitHub.ReadAsync("acme-labs/textkit")).Problem);
    }

    [Fact]
    public async Task Lasting_server_errors_are_a_transient_problem_of_their_part()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/git/trees/", 500));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains("failed to answer (500)", facts.Problem);
        Assert.True(facts.IsTransient);
        Assert.Null(facts.Files);
        Assert.NotNull(facts.Reviews);

        gitHub.Server.Faults.Clear();
        Assert.NotNull((await gitHub.ReadAsync("acme-labs/textkit")).Files);
    }

    [Fact]
    public async Task Twenty_who_ask_at_once_share_one_reading()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Slow("/repos/", TimeSpan.FromMilliseconds(50)));
        string[] ways = ["acme-research/tinybert", "ACME-Research/TinyBERT", "acme-research/tiny-bert-old"];
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gitHub.ReadAsync(ways[i % 3])));
        Assert.All(all, f => Assert.Equal(34, f.Reviews!.MergedPullRequests));
        Assert.Equal(gitHub.Server.Faults.Requests.Count, gitHub.Server.Faults.Requests.Distinct().Count());
        Assert.Equal(1, gitHub.Asked("/git/trees/"));
        Assert.InRange(gitHub.Server.Faults.MostAtOnce, 2, 32);
    }

    [Fact]
    public async Task What_was_read_is_kept_for_a_while()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gitHub = await GitHubUnderTest.StartAsync(time);
        await gitHub.ReadAsync("acme-labs/textkit");
        time.Advance(TimeSpan.FromMinutes(1));
        await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Equal(1, gitHub.Asked("/git/trees/"));
        time.Advance(TimeSpan.FromMinutes(5));
        await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Equal(2, gitHub.Asked("/git/trees/"));
    }

    [Fact]
    public async Task One_who_gives_up_does_not_spoil_it_for_the_others()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var arrived = new TaskCompletionSource();
        var open = new TaskCompletionSource();
        gitHub.Server.Faults.Add(new("/repos/acme-labs/textkit$", 1, async (context, next) =>
        {
            arrived.SetResult();
            await open.Task;
            await next(context);
        }));
        using var impatient = new CancellationTokenSource();
        var first = gitHub.ReadAsync("acme-labs/textkit", impatient.Token);
        await arrived.Task;
        var second = gitHub.ReadAsync("acme-labs/textkit");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        open.SetResult();
        Assert.Equal("MIT", (await second).License);
    }

    [Fact]
    public async Task A_tree_of_fifty_thousand_files_is_cut()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var files = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $$"""{"path":"f{{i:D5}}.py","mode":"100644","type":"blob","sha":"x","size":1}"""));
        gitHub.Server.Faults.Add(Answers.Json("/git/trees/", $$"""{"sha":"x","truncated":true,"tree":[{{files}}]}"""));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Equal(RepositoryFacts.MaxFiles, facts.Files!.Count);
        Assert.Equal("f04999.py", facts.Files[^1]);
        Assert.Contains("only a part of the files", facts.Problem);
    }

    [Fact]
    public async Task An_endless_answer_ends_at_a_bound()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(new("/git/trees/", int.MaxValue, async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            for (var chunk = new byte[64 * 1024]; !context.RequestAborted.IsCancellationRequested;) await context.Response.Body.WriteAsync(chunk);
        }));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains("the most that is read", facts.Problem);
        Assert.NotNull(facts.History);
    }

    [Theory]
    [InlineData("<html>", "text/html")]
    [InlineData("[1, 2", "application/json")]
    [InlineData("\"text\"", "application/json")]
    [InlineData("""{"tree": 5}""", "application/json")]
    [InlineData("""{"sha": "x"}""", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("""{"tree": [{"path": "a", "type": "blob", "size": "many"}]}""", "application/json")]
    public async Task An_answer_that_is_not_the_APIs_is_a_problem_of_its_part(string body, string type)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Answers.Text("/git/trees/", body, type));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains("something else than its API says", facts.Problem);
        Assert.Null(facts.Files);
        Assert.NotNull(facts.Reviews);
    }

    [Fact]
    public async Task Deeply_nested_JSON_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Answers.Json("/git/trees/", new string('[', 1_000_000)));
        Assert.Contains("something else than its API says", (await gitHub.ReadAsync("acme-labs/textkit")).Problem);
    }

    [Fact]
    public async Task A_redirect_into_the_network_is_not_followed()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Redirect("/repos/acme-labs/textkit", "http://169.254.169.254/latest/meta-data/"));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains("not on the public Internet", facts.Problem);
    }
}
