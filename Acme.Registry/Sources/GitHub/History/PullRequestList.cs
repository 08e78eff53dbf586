using Octokit;

namespace Acme.Registry.Sources.GitHub.History;

/// <summary>The latest merged pull requests into a repository's default branch.</summary>
/// <param name="Merged">The latest merge first.</param>
/// <param name="CompleteSince">All that were merged after this moment are in the list.</param>
internal sealed record PullRequestList(IReadOnlyList<PullRequest> Merged, DateTimeOffset CompleteSince)
{
    /// <summary>
    /// Reads one page ("List pull requests"), the latest changed first: nothing is merged after its latest change, so whatever the page does
    /// not hold was merged before the oldest change that it holds.
    /// </summary>
    public static async Task<PullRequestList?> ReadAsync(GitHubApi api, RepositoryHead head, CancellationToken cancellationToken)
    {
        var ofBranch = head.DefaultBranch == "HEAD" ? "" : $"&base={Uri.EscapeDataString(head.DefaultBranch)}";
        var page = await api.GetAsync<IReadOnlyList<PullRequest>>(
            $"{head.ApiPath}/pulls?state=closed{ofBranch}&sort=updated&direction=desc&per_page={Paging.Size}", cancellationToken);
        var merged = page.Body.Where(p => p.MergedAt is not null && (ofBranch.Length == 0 || p.Base?.Ref is null || p.Base.Ref == head.DefaultBranch));
        return new(
            [.. merged.DistinctBy(p => p.Number).OrderByDescending(p => p.MergedAt)],
            Paging.HasNext(page) && page.Body.Count > 0 ? page.Body.Min(p => p.UpdatedAt) : DateTimeOffset.MinValue);
    }

    /// <summary>Whether these are all there ever were.</summary>
    public bool IsWhole => CompleteSince == DateTimeOffset.MinValue;
}
