using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Acme.Upstreams.GitHub;

/// <summary>The shapes of GitHub's REST API (version 2022-11-28), as far as they are used.</summary>
internal static class GitHubAnswers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static JsonNode Repository(GitHubFixture r, string api, string web) => Node(new
    {
        r.Id,
        r.Name,
        FullName = $"{r.Owner}/{r.Name}",
        r.About.Private,
        Owner = User(r.Owner, "Organization"),
        HtmlUrl = $"{web}/{r.Owner}/{r.Name}",
        r.About.Description,
        Fork = false,
        Url = $"{api}/repos/{r.Owner}/{r.Name}",
        Size = r.About.Empty ? 0 : 120,
        StargazersCount = 3,
        r.About.Archived,
        Disabled = false,
        License = License(r.About.License),
        Visibility = r.About.Private ? "private" : "public",
        r.About.DefaultBranch,
        CreatedAt = Time(DateTimeOffset.UnixEpoch.AddYears(50)),
    });

    public static JsonNode LicenseFile(GitHubFixture r, string path, byte[] content) => Node(new
    {
        Name = Path.GetFileName(path),
        Path = path,
        Sha = GitHubFixture.Hash(path),
        Size = content.Length,
        Type = "file",
        Content = Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks),
        Encoding = "base64",
        License = License(r.About.License),
    });

    public static JsonNode Tree(GitHubFixture r, string branch) => Node(new
    {
        Sha = r.ShaOf(branch),
        Url = "https://example.com/tree",
        Tree = r.FilesOf(branch).Select(f => (object)new { f.Path, Mode = "100644", Type = "blob", Sha = GitHubFixture.Hash(f.Path), Size = new FileInfo(f.File).Length })
            .Concat(Folders(r, branch).Select(path => new { Path = path, Mode = "040000", Type = "tree", Sha = GitHubFixture.Hash(path) }))
            .Concat(r.About.Submodules.Select(path => new { Path = path, Mode = "160000", Type = "commit", Sha = GitHubFixture.Hash(path) })),
        Truncated = false,
    });

    public static JsonNode Branch(GitHubFixture r, string branch) =>
        Node(new { Name = branch, Commit = new { Sha = r.ShaOf(branch) }, Protected = false });

    public static JsonNode Commit(CommitFixture c) => Node(new
    {
        c.Sha,
        Commit = new
        {
            Author = new { Name = NameOf(c.By), Email = $"{c.By}@example.com", Date = Time(c.At) },
            Committer = new { Name = "GitHub", Email = "noreply@github.com", Date = Time(c.At) },
            c.Message,
            CommentCount = 0,
        },
        Author = c.HasAccount ? User(c.By) : null,
        Committer = User("web-flow"),
        Parents = c.Parents.Select(p => new { Sha = p }),
    });

    public static JsonNode CommitInDetail(CommitFixture c)
    {
        var node = Commit(c);
        node["stats"] = Node(new { Additions = c.Additions.Values.Sum(), Deletions = 1, Total = c.Additions.Values.Sum() + 1 });
        node["files"] = Files(c.Additions);
        return node;
    }

    public static JsonNode Pull(GitHubFixture r, PullFixture p, string web) => Node(new
    {
        Id = GitHubFixture.NumberOf($"pull {p.Number}"),
        p.Number,
        HtmlUrl = $"{web}/{r.Owner}/{r.Name}/pull/{p.Number}",
        State = "closed",
        Locked = false,
        Title = p.About.Message,
        User = User(p.About.By),
        CreatedAt = Time(p.At.AddDays(-2)),
        UpdatedAt = Time(p.At),
        ClosedAt = Time(p.At),
        MergedAt = p.MergeSha is null ? null : Time(p.At),
        MergeCommitSha = p.MergeSha,
        Draft = false,
        Head = new { Ref = $"change-{p.Number}", Sha = GitHubFixture.Hash($"pull {p.Number}") },
        Base = new { Ref = r.About.DefaultBranch, Sha = GitHubFixture.Hash("base") },
    });

    public static JsonNode PullInDetail(GitHubFixture r, PullFixture p, string web)
    {
        var node = Pull(r, p, web);
        node["merged"] = p.MergeSha is not null;
        node["additions"] = p.About.Additions.Values.Sum();
        node["deletions"] = 0;
        node["changed_files"] = p.About.Additions.Count;
        node["commits"] = p.About.Commits;
        return node;
    }

    public static JsonNode Files(IReadOnlyDictionary<string, int> additions) =>
        Node(additions.Select(a => new { Sha = GitHubFixture.Hash(a.Key), Filename = a.Key, Status = "modified", Additions = a.Value, Deletions = 0, Changes = a.Value }));

    public static JsonNode Reviews(PullFixture p) => Node(p.About.Reviews.Select((review, i) => new
    {
        Id = (p.Number * 100) + i,
        User = User(review.By),
        Body = "",
        review.State,
        SubmittedAt = review.State == "PENDING" ? null : Time(p.At.AddHours(-1)),
        AuthorAssociation = "MEMBER",
    }));

    public static JsonNode Problem(string message) => Node(new { Message = message, DocumentationUrl = "https://docs.github.com/rest" });

    private static JsonNode Node(object value) => JsonSerializer.SerializeToNode(value, Json)!;

    private static object? License(string? spdx) =>
        spdx is null ? null : new { Key = spdx == "NOASSERTION" ? "other" : spdx.ToLowerInvariant(), Name = spdx, SpdxId = spdx, Url = (string?)null, NodeId = "x" };

    private static object User(string login, string type = "User") =>
        new { Login = login, Id = GitHubFixture.NumberOf(login), Type = login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : type, SiteAdmin = false };

    private static string NameOf(string login) => string.Join(' ', login.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Folders(GitHubFixture r, string branch) =>
        r.FilesOf(branch).Select(f => Path.GetDirectoryName(f.Path)!.Replace('\\', '/')).Where(d => d.Length > 0).Distinct();
}
