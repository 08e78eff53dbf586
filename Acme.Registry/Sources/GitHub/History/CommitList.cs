using System.Net;
using Acme.Registry.Scoring.Facts;
using Octokit;

namespace Acme.Registry.Sources.GitHub.History;

/// <summary>The latest commits of a repository's default branch.</summary>
/// <param name="Commits">Each once, the latest first.</param>
/// <param name="IsWhole">Whether there are no older ones.</param>
internal sealed record CommitList(IReadOnlyList<GitHubCommit> Commits, bool IsWhole)
{
    private const int MaxPages = 5;
    private const int MaxCommitters = 200;

    /// <summary>
    /// Reads at most 500 commits ("List commits"), and no page beyond the one that reaches back a year. Nothing is asked by date, so that
    /// one page holds both the last year of a quiet repository and what was before it.
    /// </summary>
    public static async Task<CommitList?> ReadAsync(GitHubApi api, RepositoryHead head, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IApiResponse<IReadOnlyList<GitHubCommit>> first;
        try
        {
            first = await PageAsync(api, head, 1, cancellationToken);
        }
        catch (GitHubException e) when (e.Status == HttpStatusCode.Conflict)
        {
            // An empty repository.
            return new([], true);
        }
        List<IApiResponse<IReadOnlyList<GitHubCommit>>> pages = [first];
        if (first.Body.Count > 0 && DateOf(first.Body[^1]) >= Since(now))
        {
            var last = Math.Min(Paging.PagesAfter(first, 1), MaxPages);
            pages.AddRange(await Task.WhenAll(Enumerable.Range(2, Math.Max(0, last - 1)).Select(page => PageAsync(api, head, page, cancellationToken))));
        }
        return new(
            [.. pages.SelectMany(p => p.Body).Where(c => !string.IsNullOrEmpty(c.Sha) && c.Commit is not null).DistinctBy(c => c.Sha)],
            !Paging.HasNext(pages[^1]));
    }

    /// <summary>When a commit came into the branch: the committer's date, which rebasing and squashing set anew.</summary>
    public static DateTimeOffset DateOf(GitHubCommit commit) => (commit.Commit?.Committer ?? commit.Commit?.Author)?.Date ?? default;

    /// <summary>Who committed in the last year. It is the author who is counted: the committer of what was merged on the web is GitHub itself.</summary>
    public CommitHistory History(DateTimeOffset now)
    {
        var since = Since(now);
        var inYear = Commits.Where(c => DateOf(c) >= since).ToList();
        var committers =
            from commit in inYear
            where !IsBot(commit)
            let name = commit.Author?.Login ?? commit.Commit.Author?.Name
            where !string.IsNullOrWhiteSpace(name)
            group commit by name.ToLowerInvariant() into own
            orderby own.Count() descending, own.Key
            select new CommitterFact(own.First().Author?.Login ?? own.First().Commit.Author.Name, own.Count());
        return new(since, [.. committers.Take(MaxCommitters)], Commits.Count == 0 ? null : Commits.Max(DateOf), IsWhole || inYear.Count < Commits.Count);
    }

    private static DateTimeOffset Since(DateTimeOffset now) => now.AddYears(-1);

    private static bool IsBot(GitHubCommit commit) =>
        commit.Author?.Type == "Bot"
        || commit.Author?.Login?.EndsWith("[bot]", StringComparison.OrdinalIgnoreCase) == true
        || commit.Commit.Author?.Name?.EndsWith("[bot]", StringComparison.OrdinalIgnoreCase) == true;

    private static Task<IApiResponse<IReadOnlyList<GitHubCommit>>> PageAsync(GitHubApi api, RepositoryHead head, int page, CancellationToken cancellationToken) =>
        api.GetAsync<IReadOnlyList<GitHubCommit>>($"{head.ApiPath}/commits?per_page={Paging.Size}" + (page > 1 ? $"&page={page}" : ""), cancellationToken);
}
