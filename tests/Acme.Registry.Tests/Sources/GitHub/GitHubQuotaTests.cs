using System.Globalization;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.GitHub;

public sealed class GitHubQuotaTests
{
    [Fact]
    public async Task A_used_up_quota_says_when_it_returns_and_what_raises_it()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var until = DateTimeOffset.UtcNow.AddMinutes(40);
        gitHub.Server.Faults.Add(Answers.QuotaUsedUp("/repos/", until));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.True(facts.IsTransient);
        Assert.Contains(until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), facts.Problem);
        Assert.Contains("Sources:GitHub:Token", facts.Problem);
    }

    [Fact]
    public async Task No_request_is_sent_while_the_quota_is_known_to_be_used_up()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(token: "t");
        gitHub.Server.Faults.Add(Answers.QuotaUsedUp("/repos/", DateTimeOffset.UtcNow.AddMinutes(40), times: 1));
        await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Single(gitHub.Server.Faults.Requests);
        var facts = await gitHub.ReadAsync("acme-labs/unlicensed");
        Assert.True(facts.IsTransient);
        Assert.DoesNotContain("Sources:GitHub:Token", facts.Problem);
        await using var snapshot = await gitHub.FetchAsync("acme-labs/unlicensed");
        Assert.Equal(1, gitHub.Asked("/github-api/"));
    }

    [Fact]
    public async Task A_quota_that_returns_in_a_moment_is_waited_for()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/repos/acme-labs/textkit$", 429, retryAfter: 1, times: 1));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Null(facts.Problem);
        Assert.Equal(2, gitHub.Server.Faults.Requests.Count(r => r.EndsWith("/textkit", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_read_before_the_quota_ended_is_kept()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Answers.QuotaUsedUp("/reviews", DateTimeOffset.UtcNow.AddMinutes(40)));
        var facts = await gitHub.ReadAsync("acme-research/tinybert");
        Assert.True(facts.IsTransient);
        Assert.Contains("quota is used up", facts.Problem);
        Assert.NotEmpty(facts.Files!);
        Assert.NotEmpty(facts.History!.Committers);
        Assert.False(facts.Reviews?.IsComplete == true);

        // It is not kept for those who ask later.
        gitHub.Server.Faults.Clear();
        Assert.True((await gitHub.ReadAsync("acme-research/tinybert")).IsTransient);
    }

    [Fact]
    public async Task With_little_quota_left_fewer_pull_requests_are_looked_at()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(new("/repos/", int.MaxValue, async (context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["X-RateLimit-Limit"] = "60";
                context.Response.Headers["X-RateLimit-Remaining"] = "52";
                return Task.CompletedTask;
            });
            await next(context);
        }));
        var facts = await gitHub.ReadAsync("acme-research/tinybert");
        Assert.False(facts.Reviews!.IsComplete);
        Assert.InRange(facts.Reviews.MergedPullRequests, 5, 10);
        Assert.InRange(gitHub.Server.Faults.Requests.Count, 10, 30);
        Assert.Null(facts.Problem);
    }

    [Fact]
    public async Task A_plain_refusal_is_not_taken_for_the_quota()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.Server.Faults.Add(Fault.Status("/repos/acme-labs/textkit$", 403));
        var facts = await gitHub.ReadAsync("acme-labs/textkit");
        Assert.Contains("refuses to answer (403)", facts.Problem);
        Assert.NotNull((await gitHub.ReadAsync("acme-labs/unlicensed")).Files);
    }
}
