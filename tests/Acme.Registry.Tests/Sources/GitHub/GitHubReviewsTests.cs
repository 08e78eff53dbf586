using Acme.Registry.Scoring.Facts;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.GitHub;

/// <summary>How reviews, and commits beside them, are counted.</summary>
public sealed class GitHubReviewsTests
{
    [Theory]
    [InlineData("APPROVED", "bo", true)]
    [InlineData("CHANGES_REQUESTED", "bo", true)]
    [InlineData("COMMENTED", "bo", true)]
    [InlineData("DISMISSED", "bo", true)]
    [InlineData("PENDING", "bo", false)]
    [InlineData("APPROVED", "AL", false)]
    [InlineData("APPROVED", "reviewer[bot]", false)]
    public async Task A_review_is_what_somebody_else_has_sent(string state, string by, bool counts)
    {
        var facts = await CountAsync($$"""{ "pulls": [{ "by": "al", "daysAgo": 9, "additions": { "a.py": 10 }, "reviews": [{ "by": "{{by}}", "state": "{{state}}" }] }] }""");
        Assert.Equal(counts ? 1 : 0, facts.ReviewedPullRequests);
        Assert.Equal(counts ? 10 : 0, facts.ReviewedAdditions);
        Assert.Equal(10, facts.TotalAdditions);
    }

    [Theory]
    [InlineData("squash")]
    [InlineData("merge")]
    [InlineData("rebase")]
    public async Task Commits_of_a_pull_request_are_not_counted_again(string method)
    {
        var facts = await CountAsync(
            $$"""
            { "pulls": [{ "by": "al", "daysAgo": 9, "method": "{{method}}", "commits": 4, "additions": { "a.py": 10 }, "reviews": [{ "by": "bo", "state": "APPROVED" }] }],
              "commits": [{ "by": "cy", "daysAgo": 2, "additions": { "b.py": 5 } }, { "by": "cy", "daysAgo": 20, "additions": { "b.py": 7 } }] }
            """);
        Assert.Equal((1, 1, 10L, 22L), (facts.MergedPullRequests, facts.ReviewedPullRequests, facts.ReviewedAdditions, facts.TotalAdditions));
        Assert.True(facts.IsComplete);
    }

    [Fact]
    public async Task Weights_and_unmerged_pull_requests_do_not_count()
    {
        var facts = await CountAsync(
            """
            { "pulls": [{ "by": "al", "daysAgo": 9, "additions": { "a.py": 10, "w/model.safetensors": 900 } },
                        { "by": "al", "daysAgo": 8, "merged": false, "additions": { "a.py": 100 } }],
              "commits": [{ "by": "cy", "daysAgo": 2, "additions": { "b.py": 5, "pytorch_model.bin": 800 } }] }
            """);
        Assert.Equal((1, 15L), (facts.MergedPullRequests, facts.TotalAdditions));
    }

    [Fact]
    public async Task A_number_in_a_message_is_no_pull_request_unless_there_is_one()
    {
        var facts = await CountAsync(
            """{ "pulls": [{ "by": "al", "daysAgo": 9, "additions": { "a.py": 10 } }], "commits": [{ "by": "cy", "daysAgo": 2, "message": "Close the issue (#77)", "additions": { "b.py": 5 } }] }""");
        Assert.Equal(15, facts.TotalAdditions);
    }

    [Fact]
    public async Task The_span_reaches_back_to_the_fiftieth_pull_request()
    {
        // 60 of them, a day apart; of the commits beside them only those of the last 50 days count: 0 to 48 days ago, every eighth.
        var facts = await CountAsync(
            """
            { "pulls": [{ "by": "al", "daysAgo": 0.5, "count": 60, "everyDays": 1, "additions": { "a.py": 1 }, "reviews": [{ "by": "bo", "state": "APPROVED" }] }],
              "commits": [{ "by": "cy", "daysAgo": 0.1, "count": 12, "everyDays": 8, "additions": { "b.py": 100 } }] }
            """);
        Assert.Equal((50, 50, 50L, 750L), (facts.MergedPullRequests, facts.ReviewedPullRequests, facts.ReviewedAdditions, facts.TotalAdditions));
        Assert.False(facts.IsComplete);
    }

    [Fact]
    public async Task The_span_reaches_back_to_the_thirtieth_commit_beside_them()
    {
        var facts = await CountAsync(
            """
            { "pulls": [{ "by": "al", "daysAgo": 1.5, "count": 20, "everyDays": 10, "additions": { "a.py": 1 }, "reviews": [{ "by": "bo", "state": "APPROVED" }] }],
              "commits": [{ "by": "cy", "daysAgo": 1, "count": 80, "everyDays": 1, "additions": { "b.py": 10 } }] }
            """);
        Assert.Equal((3, 303L), (facts.MergedPullRequests, facts.TotalAdditions));
        Assert.False(facts.IsComplete);
    }

    [Fact]
    public async Task More_commits_than_are_read_say_so()
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync("""{ "commits": [{ "by": "cy", "daysAgo": 1, "count": 720, "everyDays": 0.25, "additions": { "b.py": 1 } }] }""");
        var facts = await gitHub.ReadAsync("own/repo");
        Assert.Equal(5, gitHub.Asked("/commits?"));
        Assert.Equal(new CommitterFact("cy", 500), Assert.Single(facts.History!.Committers));
        Assert.False(facts.History.IsComplete);
        Assert.Equal((30L, false), (facts.Reviews!.TotalAdditions, facts.Reviews.IsComplete));
    }

    [Fact]
    public async Task Commits_older_than_a_year_are_no_part_of_the_history_but_end_it()
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync("""{ "commits": [{ "by": "cy", "daysAgo": 1, "count": 300, "everyDays": 5, "additions": { "b.py": 1 } }] }""");
        var history = (await gitHub.ReadAsync("own/repo")).History!;
        Assert.Equal(new CommitterFact("cy", 73), Assert.Single(history.Committers));
        Assert.True(history.IsComplete);
        Assert.Equal(1, gitHub.Asked("/commits?"));
    }

    [Fact]
    public async Task A_pull_request_that_cannot_be_read_is_left_out_on_all_sides()
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync(
            """{ "pulls": [{ "by": "al", "daysAgo": 9, "count": 2, "additions": { "a.py": 10 }, "reviews": [{ "by": "bo", "state": "APPROVED" }] }] }""");
        gitHub.Server.Faults.Add(Fault.Status("/pulls/1/reviews", 404));
        var facts = await gitHub.ReadAsync("own/repo");
        Assert.Equal((1, 1, 10L, 10L), (facts.Reviews!.MergedPullRequests, facts.Reviews.ReviewedPullRequests, facts.Reviews.ReviewedAdditions, facts.Reviews.TotalAdditions));
        Assert.False(facts.Reviews.IsComplete);
        Assert.Contains("pull requests in detail", facts.Problem);
    }

    [Fact]
    public async Task Where_no_file_list_is_offered_the_pull_requests_own_sum_is_taken()
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync("""{ "pulls": [{ "by": "al", "daysAgo": 9, "additions": { "a.py": 10, "b.py": 4 } }] }""");
        gitHub.Server.Faults.Add(Fault.Status("/pulls/1/files", 404));
        Assert.Equal(14, (await gitHub.ReadAsync("own/repo")).Reviews!.TotalAdditions);
    }

    [Fact]
    public async Task Facts_that_a_mirror_leaves_out_are_missed_not_fatal()
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync("""{ "commits": [{ "by": "cy", "daysAgo": 1 }] }""");
        gitHub.Server.Faults.Add(Answers.Json("/commits\\?", """[{"sha":"a1","commit":{"message":"x","author":{"name":"Cy","date":"2020-01-01T00:00:00Z"}},"author":null,"parents":[{"url":"x"},null],"unknown":{"x":[1]}}]"""));
        gitHub.Server.Faults.Add(Answers.Json("/git/trees/", """{"tree":[{"path":"typeless"},{"type":"blob"},{"path":"a.py","type":"blob","size":null}]}"""));
        gitHub.Server.Faults.Add(Answers.Json("/commits/a1", """{"sha":"a1","files":[{"filename":"a.py","additions":3}]}"""));
        gitHub.Server.Faults.Add(Answers.Json("/pulls\\?", """[{"number":4,"merged_at":"2020-02-01T00:00:00Z","user":null}]"""));
        gitHub.Server.Faults.Add(Answers.Json("/pulls/4/files", """[{"filename":"b.py","additions":5}]"""));
        gitHub.Server.Faults.Add(Answers.Json("/pulls/4/reviews", """[{"id":1,"state":"APPROVED","user":{"login":"bo"}},{"id":2,"user":null}]"""));
        var facts = await gitHub.ReadAsync("own/repo");
        Assert.Null(facts.Problem);
        Assert.Equal("a.py", Assert.Single(facts.Files!));
        Assert.Equal(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), facts.History!.LastCommitAt);
        Assert.Equal((1, 1, 5L, 8L), (facts.Reviews!.MergedPullRequests, facts.Reviews.ReviewedPullRequests, facts.Reviews.ReviewedAdditions, facts.Reviews.TotalAdditions));
    }

    private static async Task<ReviewFacts> CountAsync(string description)
    {
        await using var gitHub = await GitHubUnderTest.StartWithAsync(description);
        var facts = await gitHub.ReadAsync("own/repo");
        Assert.Null(facts.Problem);
        return facts.Reviews!;
    }
}
