using System.Globalization;
using System.Text.RegularExpressions;
using Octokit;

namespace Acme.Registry.Sources.GitHub.History;

/// <summary>Tells commits that came in through pull requests from those beside them.</summary>
internal static partial class MergedCommits
{
    // GitHub makes all commits of a rebase merge in one go.
    private static readonly TimeSpan OneGo = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The commits that brought something in without a pull request, the latest first. Not among them: the commit that a merged pull request
    /// became (by its <c>merge_commit_sha</c>, or by the number that GitHub writes into the message), what a merge of one brought along (the
    /// ancestors of its further parents that are not ancestors of the first), the row of commits that a rebase merge became (at most a minute
    /// older than its last, and with no other pull request's among them), and merge commits as such, which bring nothing of their own.
    /// </summary>
    public static List<GitHubCommit> Beside(IReadOnlyList<GitHubCommit> commits, PullRequestList pulls)
    {
        var bySha = commits.ToDictionary(c => c.Sha);
        var shas = pulls.Merged.Select(p => p.MergeCommitSha).Where(s => !string.IsNullOrEmpty(s)).ToHashSet();
        var numbers = pulls.Merged.Select(p => p.Number).ToHashSet();
        var landed = commits.Where(HasLanded).Select(c => c.Sha).ToHashSet();

        var merged = new HashSet<string>(landed);
        foreach (var commit in landed.Select(sha => bySha[sha]))
        {
            var parents = ParentsOf(commit);
            if (parents.Count > 1)
            {
                var before = Ancestors([parents[0]], bySha, []);
                merged.UnionWith(Ancestors(parents.Skip(1), bySha, before));
            }
            else if (NumberIn(commit) is null)
            {
                merged.UnionWith(RebasedBefore(commit, bySha, landed));
            }
        }
        return [.. commits.Where(c => !merged.Contains(c.Sha) && ParentsOf(c).Count < 2)];

        bool HasLanded(GitHubCommit commit) =>
            shas.Contains(commit.Sha) || (NumberIn(commit) is { } number && (!pulls.IsWhole || numbers.Contains(number)));
    }

    private static IEnumerable<string> RebasedBefore(GitHubCommit last, Dictionary<string, GitHubCommit> bySha, HashSet<string> landed)
    {
        for (var commit = last; ParentsOf(commit) is [var parent] && bySha.TryGetValue(parent, out commit);)
        {
            if (ParentsOf(commit).Count > 1 || landed.Contains(commit.Sha) || CommitList.DateOf(last) - CommitList.DateOf(commit) > OneGo) yield break;
            yield return commit.Sha;
        }
    }

    private static HashSet<string> Ancestors(IEnumerable<string> shas, Dictionary<string, GitHubCommit> bySha, HashSet<string> without)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(shas);
        while (open.TryPop(out var sha))
        {
            if (without.Contains(sha) || !bySha.TryGetValue(sha, out var commit) || !found.Add(sha)) continue;
            foreach (var parent in ParentsOf(commit)) open.Push(parent);
        }
        return found;
    }

    private static List<string> ParentsOf(GitHubCommit commit) => [.. (commit.Parents ?? []).Select(p => p.Sha).Where(s => !string.IsNullOrEmpty(s))];

    /// <summary>The pull request that GitHub names in the first line of the message when it merges or squashes one.</summary>
    private static int? NumberIn(GitHubCommit commit)
    {
        var match = Number().Match(commit.Commit.Message?.Split('\n', 2)[0].TrimEnd() ?? "");
        return match.Success ? int.Parse(match.Groups[1].Value + match.Groups[2].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"^Merge pull request #(\d{1,9})\b|\(#(\d{1,9})\)$")]
    private static partial Regex Number();
}
