using System.Net;
using Octokit;

namespace Acme.Registry.Sources.GitHub;

/// <summary>Finds out where in the path of a <c>/tree/</c> or <c>/blob/</c> URL the branch, tag or commit ends and the path begins.</summary>
internal sealed class GitHubReferences(GitHubApi api)
{
    // Names with more slashes are unheard of, and each costs a request.
    private const int MaxSegments = 5;

    /// <summary>The commit (or where none was named, the branch) to take, and the path in it, without slashes around it.</summary>
    /// <exception cref="SourceException">There is no such branch, tag or commit.</exception>
    public async Task<(string Reference, string Path)> ResolveAsync(RepositoryHead head, IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        if (segments.Count == 0) return (head.DefaultBranch, "");
        var names = Enumerable.Range(1, Math.Min(segments.Count, MaxSegments)).Select(n => string.Join('/', segments.Take(n))).ToList();

        // Git keeps branches as files, so "a" and "a/b" cannot both be branches; at most one of the names is.
        var branches = await Task.WhenAll(names.Select(n => FindAsync<Branch>($"{head.ApiPath}/branches/{Escape(n)}", b => b.Commit?.Sha, cancellationToken)));
        if (Found(branches) is { } branch) return branch;
        var commits = await Task.WhenAll(names.Select(n => FindAsync<GitHubCommit>($"{head.ApiPath}/commits/{Escape(n)}", c => c.Sha, cancellationToken)));
        return Found(commits) ?? throw new SourceException(
            $"{head.Repository.Owner}/{head.Repository.Name} has no branch, tag or commit '{segments[0]}'. Check the URL; the default branch is '{head.DefaultBranch}'.");

        (string, string)? Found(string?[] results)
        {
            var length = Array.FindLastIndex(results, r => r is not null) + 1;
            return length == 0 ? null : (results[length - 1]!, string.Join('/', segments.Skip(length)));
        }
    }

    /// <summary>A name as a part of a path: its slashes stay, as GitHub takes them.</summary>
    public static string Escape(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    private async Task<string?> FindAsync<T>(string path, Func<T, string?> sha, CancellationToken cancellationToken)
    {
        try
        {
            return sha((await api.GetAsync<T>(path, cancellationToken)).Body);
        }
        catch (GitHubException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict)
        {
            return null;
        }
    }
}
