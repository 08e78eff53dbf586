using System.Net;
using Acme.Registry.Scoring.Facts;
using Octokit;

namespace Acme.Registry.Sources.GitHub.History;

/// <summary>
/// Counts how code came into a repository's default branch.
/// </summary>
/// <remarks>
/// <para>
/// Looked at is one span of time, from its start to the moment of reading, so that pull requests and the commits beside them are of the same
/// time and their additions can be compared. The span reaches back as far as it holds at most 50 merged pull requests and 30 commits beside
/// them (fewer where that would take more than half of the quota that is left), and as far as both lists were read; where that is
/// the whole history, and every part of it could be read, the facts are complete. A start a year back would say nothing of repositories that
/// are finished.
/// </para>
/// <para>
/// The additions of a pull request are those of its files ("List pull requests files"; the first 300), of a commit those of its files ("Get a
/// commit"), files with the name of weights left out. A pull request is reviewed when somebody else than its author has sent a review ("List
/// reviews for a pull request"): approval, request for changes or comment, also one that was dismissed later, for somebody has looked; a
/// pending one has not been sent, and a bot is nobody. A pull request or commit that could not be read is left out on all sides.
/// </para>
/// </remarks>
internal sealed class ReviewReader(GitHubApi api, RepositoryHead head, string page, Action<string, GitHubException> note)
{
    private const int MaxPullRequests = 50;
    private const int MaxCommits = 30;
    private const int MaxExamples = 5;
    private const int MaxFilePages = 3;

    private volatile bool _leftOut;

    /// <returns>Null where nothing could be read although there is something.</returns>
    public async Task<ReviewFacts?> ReadAsync(PullRequestList pulls, CommitList? commits, CancellationToken cancellationToken)
    {
        var beside = commits is null ? [] : MergedCommits.Beside(commits.Commits, pulls);
        var share = Math.Min(1, (api.Remaining ?? int.MaxValue) / 2.0 / ((2 * MaxPullRequests) + MaxCommits));
        var (maxPulls, maxCommits) = (Math.Max(1, (int)(MaxPullRequests * share)), Math.Max(1, (int)(MaxCommits * share)));
        var start = Latest(
            pulls.CompleteSince,
            commits is { IsWhole: false, Commits.Count: > 0 } ? commits.Commits.Min(CommitList.DateOf) : DateTimeOffset.MinValue,
            pulls.Merged.Count > maxPulls ? pulls.Merged[maxPulls - 1].MergedAt!.Value : DateTimeOffset.MinValue,
            beside.Count > maxCommits ? CommitList.DateOf(beside[maxCommits - 1]) : DateTimeOffset.MinValue);

        var looked = pulls.Merged.Where(p => p.MergedAt >= start).Take(maxPulls).ToList();
        var pushed = beside.Where(c => CommitList.DateOf(c) >= start).Take(maxCommits).ToList();
        var ofPulls = Task.WhenAll(looked.Select(p => PullRequestAsync(p, cancellationToken)));
        var ofCommits = Task.WhenAll(pushed.Select(c => CommitAsync(c, cancellationToken)));
        var read = (await ofPulls).OfType<LookedAt>().ToList();
        var additions = (await ofCommits).OfType<long>().ToList();
        if (read.Count + additions.Count == 0 && looked.Count + pushed.Count > 0) return null;

        return new(
            read.Count,
            read.Count(r => r.IsReviewed),
            read.Where(r => r.IsReviewed).Sum(r => r.Additions),
            read.Sum(r => r.Additions) + additions.Sum(),
            [.. read.Take(MaxExamples).Select(r => $"{page}/pull/{r.Number}")],
            start == DateTimeOffset.MinValue && commits is not null && !_leftOut);
    }

    private sealed record LookedAt(int Number, long Additions, bool IsReviewed);

    private async Task<LookedAt?> PullRequestAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        try
        {
            var additions = AdditionsAsync(pull.Number, cancellationToken);
            var reviews = api.GetAsync<IReadOnlyList<PullRequestReview>>($"{head.ApiPath}/pulls/{pull.Number}/reviews?per_page={Paging.Size}", cancellationToken);
            await Task.WhenAll(additions, reviews);
            return new(pull.Number, await additions, (await reviews).Body.Any(r => IsBySomebodyElse(r, pull)));
        }
        catch (GitHubException e)
        {
            _leftOut = true;
            note("pull requests in detail", e);
            return null;
        }
    }

    private async Task<long> AdditionsAsync(int number, CancellationToken cancellationToken)
    {
        long additions = 0;
        for (var file = 1; ; file++)
        {
            IApiResponse<IReadOnlyList<PullRequestFile>> files;
            try
            {
                files = await api.GetAsync<IReadOnlyList<PullRequestFile>>(
                    $"{head.ApiPath}/pulls/{number}/files?per_page={Paging.Size}" + (file > 1 ? $"&page={file}" : ""), cancellationToken);
            }
            catch (GitHubException e) when (e.Status == HttpStatusCode.NotFound && file == 1)
            {
                // A mirror without this operation. Weights are binary and add no lines to the sum, except pointers to them, of three lines each.
                return (await api.GetAsync<PullRequest>($"{head.ApiPath}/pulls/{number}", cancellationToken)).Body.Additions;
            }
            additions += files.Body.Where(f => !IsWeights(f.FileName)).Sum(f => (long)f.Additions);
            if (!Paging.HasNext(files)) return additions;
            if (file == MaxFilePages)
            {
                _leftOut = true;
                return additions;
            }
        }
    }

    private async Task<long?> CommitAsync(GitHubCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            var whole = (await api.GetAsync<GitHubCommit>($"{head.ApiPath}/commits/{commit.Sha}", cancellationToken)).Body;
            var files = whole.Files ?? [];
            var weights = files.Where(f => IsWeights(f.Filename)).Sum(f => (long)f.Additions);
            // The sum covers files beyond the first page too.
            return whole.Stats is { } stats ? Math.Max(0, stats.Additions - weights) : files.Sum(f => (long)f.Additions) - weights;
        }
        catch (GitHubException e)
        {
            _leftOut = true;
            note("commits in detail", e);
            return null;
        }
    }

    private static bool IsBySomebodyElse(PullRequestReview review, PullRequest pull) =>
        review.User is { Login: { Length: > 0 } reviewer } user
        && !string.Equals(review.State.StringValue, "PENDING", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(reviewer, pull.User?.Login, StringComparison.OrdinalIgnoreCase)
        && user.Type != AccountType.Bot
        && !reviewer.EndsWith("[bot]", StringComparison.OrdinalIgnoreCase);

    private static bool IsWeights(string? path) => path is not null && Download.FileKinds.IsWeights(path);

    private static DateTimeOffset Latest(params ReadOnlySpan<DateTimeOffset> moments)
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var moment in moments) latest = moment > latest ? moment : latest;
        return latest;
    }
}
