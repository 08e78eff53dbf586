namespace Acme.Upstreams.GitHub;

/// <summary>A commit that GitHub knows.</summary>
internal sealed record CommitFixture(
    string Sha, string By, bool HasAccount, string Message, DateTimeOffset At, IReadOnlyList<string> Parents, IReadOnlyDictionary<string, int> Additions);

/// <summary>A closed pull request.</summary>
internal sealed record PullFixture(int Number, PullDescription About, DateTimeOffset At, string? MergeSha);

/// <summary>
/// The commits and pull requests that a description stands for. Dates are counted back from the start of the server, so that "last year"
/// stays true.
/// </summary>
internal sealed class GitHubHistory
{
    private readonly string _seed;
    private readonly string _branch;
    private readonly List<CommitFixture> _commits = [];

    public GitHubHistory(GitHubFixture repository, DateTimeOffset now)
    {
        _seed = $"{repository.Owner}/{repository.Name}";
        _branch = repository.About.DefaultBranch;
        var pushed = repository.About.Commits.SelectMany(c => Times(c, now).Select(at => (At: at, Push: (PushedDescription)c)));
        var pulls = repository.About.Pulls.SelectMany(p => Times(p, now).Select(at => (At: at, Push: (PushedDescription)p)));
        var closed = new List<PullFixture>();
        string? head = null;
        foreach (var (at, push) in pushed.Concat(pulls).OrderBy(e => e.At))
        {
            if (push is not PullDescription pull)
            {
                head = Add(push, push.Message, at, head, push.Additions);
                continue;
            }
            var number = closed.Count + 1;
            if (pull.Merged) head = Merge(pull, number, at, head);
            closed.Add(new(number, pull, at, pull.Merged ? head : null));
        }
        _commits.Reverse();
        closed.Reverse();
        Pulls = closed;
    }

    /// <summary>The latest first.</summary>
    public IReadOnlyList<CommitFixture> Commits => _commits;

    /// <summary>The latest first.</summary>
    public IReadOnlyList<PullFixture> Pulls { get; }

    private static IEnumerable<DateTimeOffset> Times(PushedDescription push, DateTimeOffset now) =>
        Enumerable.Range(0, push.Count).Select(i => now.AddDays(-push.DaysAgo - (i * push.EveryDays)));

    private string Merge(PullDescription pull, int number, DateTimeOffset at, string? head)
    {
        if (pull.Method == "squash") return Add(pull, $"{pull.Message} (#{number})", at, head, pull.Additions);
        var last = head;
        for (var i = 0; i < pull.Commits; i++)
        {
            // A merge keeps the commits as they were made; a rebase makes them anew.
            var made = pull.Method == "merge" ? at.AddHours(i - pull.Commits) : at;
            last = Add(pull, $"{pull.Message}, part {i + 1}", made, last, i == 0 ? pull.Additions : new Dictionary<string, int>());
        }
        return pull.Method == "merge"
            ? Add(pull, $"Merge pull request #{number} from {pull.By}/{_branch}-{number}\n\n{pull.Message}", at, head, pull.Additions, last)
            : last!;
    }

    private string Add(
        PushedDescription push, string message, DateTimeOffset at, string? parent, IReadOnlyDictionary<string, int> additions, string? second = null)
    {
        var sha = GitHubFixture.Hash($"{_seed}#{_commits.Count}");
        _commits.Add(new(sha, push.By, push.HasAccount, message, at, [.. new[] { parent, second }.OfType<string>()], additions));
        return sha;
    }
}
