using System.Collections.Concurrent;
using System.Net;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.GitHub.History;
using Octokit;

namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// Reads everything that metrics ask about one repository, once. The parts are read at the same time, and one that fails takes none of the
/// others along.
/// </summary>
internal sealed class RepositoryCollection(GitHubApi api, GitHubRepositories repositories, RepositoryHead head, string page, DateTimeOffset now)
{
    // A tree without submodules is the rule, and the names of a few are enough to know what is meant.
    private const int SubmodulesNamed = 5;

    private readonly ConcurrentDictionary<string, bool> _problems = new();
    private volatile bool _isTransient;

    public async Task<RepositoryFacts> RunAsync(CancellationToken cancellationToken)
    {
        var license = PartAsync("licence", token => repositories.LicenseAsync(head, token), cancellationToken);
        var files = PartAsync("files", ReadFilesAsync, cancellationToken);
        var commits = PartAsync("commits", token => CommitList.ReadAsync(api, head, now, token), cancellationToken);
        var pulls = PartAsync("pull requests", token => PullRequestList.ReadAsync(api, head, token), cancellationToken);
        var reviews = await pulls is { } merged ? await ReviewsAsync(merged, await commits, cancellationToken) : null;
        return new()
        {
            Url = page,
            FoundBy = new("it was asked for"),
            CollectedAt = now,
            License = await license,
            IsArchived = head.IsArchived,
            Files = await files,
            History = (await commits)?.History(now),
            Reviews = reviews,
            Problem = _problems.IsEmpty ? null : string.Join(" ", _problems.Keys.Order(StringComparer.Ordinal)),
            IsTransient = _isTransient,
        };
    }

    private Task<ReviewFacts?> ReviewsAsync(PullRequestList pulls, CommitList? commits, CancellationToken cancellationToken) => PartAsync(
        "reviews", token => new ReviewReader(api, head, page, Note).ReadAsync(pulls, commits, token), cancellationToken);

    private async Task<IReadOnlyList<string>?> ReadFilesAsync(CancellationToken cancellationToken)
    {
        TreeResponse tree;
        try
        {
            var branch = Uri.EscapeDataString(head.DefaultBranch);
            tree = (await api.GetAsync<TreeResponse>($"{head.ApiPath}/git/trees/{branch}?recursive=1", cancellationToken)).Body;
        }
        catch (GitHubException e) when (e.Status == HttpStatusCode.Conflict)
        {
            // An empty repository (REST API, "Get a tree").
            return [];
        }
        var items = tree.Tree ?? throw GitHubApi.NotTheApi(null);
        var submodules = items.Where(i => i.Type.StringValue == "commit").Select(i => i.Path).ToList();
        if (submodules.Count > 0)
        {
            _problems[$"Submodules are repositories of their own and were not read: {string.Join(", ", submodules.Take(SubmodulesNamed))}"
                + (submodules.Count > SubmodulesNamed ? ", ..." : ".")] = true;
        }
        if (tree.Truncated) _problems["GitHub lists only a part of the files, because there are so many."] = true;
        var files = items.Where(i => i.Type.StringValue == "blob" && !string.IsNullOrEmpty(i.Path)).Select(i => i.Path);
        return [.. files.Order(StringComparer.Ordinal).Take(RepositoryFacts.MaxFiles)];
    }

    private async Task<T?> PartAsync<T>(string part, Func<CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read(cancellationToken);
        }
        catch (SourceException e)
        {
            Note(part, e);
        }
        catch (OperationCanceledException)
        {
            // The token is the time limit of the whole collection; what was read by then is kept.
            _problems[$"Its {part} could not be read in time. Try again later."] = true;
            _isTransient = true;
        }
        return null;
    }

    private void Note(string part, SourceException e)
    {
        _problems[e is GitHubException { Status: HttpStatusCode.TooManyRequests } ? e.Message : $"Its {part} could not be read: {e.Message}"] = true;
        if (e.IsTransient) _isTransient = true;
    }
}
