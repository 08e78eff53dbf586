using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;

namespace Acme.Upstreams.GitHub;

/// <summary>The used parts of GitHub's REST API and of its web site.</summary>
internal static class GitHubEndpoints
{
    private const int Quota = 5000;

    private static readonly string[] LicenseFiles = ["LICENSE", "LICENSE.md", "LICENSE.txt", "COPYING"];

    public static void MapGitHubApi(this IEndpointRouteBuilder routes, string fixtures)
    {
        var started = DateTimeOffset.UtcNow;
        var asked = 0;

        // A method, because every operation looks its repository up, and none is there for a private one.
        void Map(string pattern, Func<Asked, IResult> answer)
        {
            routes.MapGet("/repos/{owner}/{name}" + pattern, (string owner, string name, HttpContext context) =>
            {
                AddQuota(context.Response, Interlocked.Increment(ref asked));
                var repository = GitHubFixture.Find(fixtures, owner, name);
                if (repository?.About.RenamedTo?.Split('/') is [var newOwner, var newName] && GitHubFixture.Find(fixtures, newOwner, newName) is { } renamed)
                    return Results.Redirect($"{Api(context)}/repositories/{renamed.Id}{Rest(context, 4)}{context.Request.QueryString}", permanent: true);
                return Answer(repository, context, answer);
            });
            routes.MapGet("/repositories/{id:int}" + pattern, (int id, HttpContext context) =>
            {
                AddQuota(context.Response, Interlocked.Increment(ref asked));
                return Answer(GitHubFixture.Find(fixtures, id), context, answer);
            });
        }

        IResult Answer(GitHubFixture? repository, HttpContext context, Func<Asked, IResult> answer) =>
            repository is null or { About.Private: true } ? NotFound() : answer(new(repository, new(repository, started), context));

        Map("", r => Json(GitHubAnswers.Repository(r.Repository, Api(r.Context), Web(r.Context))));
        Map("/license", r => r.Files().FirstOrDefault(f => LicenseFiles.Contains(f.Path)) is { File: { } file } found
            ? Json(GitHubAnswers.LicenseFile(r.Repository, found.Path, File.ReadAllBytes(file)))
            : NotFound());
        Map("/git/trees/{**reference}", r => r.Repository.About.Empty ? Conflict() : r.Branch() is { } branch ? Json(GitHubAnswers.Tree(r.Repository, branch)) : NotFound());
        Map("/branches", r => Paged(r, r.Repository.Branches, b => GitHubAnswers.Branch(r.Repository, b)));
        Map("/branches/{**branch}", r => r.Repository.Branches.FirstOrDefault(b => b == r.Value("branch") && !r.Repository.About.Empty) is { } branch
            ? Json(GitHubAnswers.Branch(r.Repository, branch))
            : NotFound());
        Map("/commits", r => r.Repository.About.Empty ? Conflict() : Paged(r, r.History.Commits, GitHubAnswers.Commit));
        Map("/commits/{**reference}", r =>
        {
            if (r.History.Commits.FirstOrDefault(c => c.Sha == r.Value("reference")) is { } commit) return Json(GitHubAnswers.CommitInDetail(commit));
            if (r.Branch() is not { } branch) return Results.Json(GitHubAnswers.Problem($"No commit found for SHA: {r.Value("reference")}"), statusCode: 422);
            return Json(new JsonObject { ["sha"] = r.Repository.ShaOf(branch) });
        });
        Map("/pulls", r => Paged(r, r.History.Pulls, p => GitHubAnswers.Pull(r.Repository, p, Web(r.Context))));
        Map("/pulls/{number:int}", r => r.Pull() is { } pull ? Json(GitHubAnswers.PullInDetail(r.Repository, pull, Web(r.Context))) : NotFound());
        Map("/pulls/{number:int}/files", r => r.Pull() is { } pull ? Json(GitHubAnswers.Files(pull.About.Additions)) : NotFound());
        Map("/pulls/{number:int}/reviews", r => r.Pull() is { } pull ? Json(GitHubAnswers.Reviews(pull)) : NotFound());
        Map("/zipball/{**reference}", r => r.Branch() is { } branch && !r.Repository.About.Empty
            ? Results.Redirect($"{Web(r.Context)}/{r.Repository.Owner}/{r.Repository.Name}/legacy.zip/{branch}")
            : NotFound());
    }

    /// <summary>Archives; those to which the API redirects GitHub has on a host of their own.</summary>
    public static void MapGitHubWeb(this IEndpointRouteBuilder routes, string fixtures)
    {
        routes.MapGet("/{owner}/{name}/legacy.zip/{**branch}", Archive);
        routes.MapGet("/{owner}/{name}/archive/{**branch}", (string owner, string name, string branch) =>
            branch.EndsWith(".zip", StringComparison.Ordinal) ? Archive(owner, name, branch[..^4]) : Results.NotFound());

        IResult Archive(string owner, string name, string branch)
        {
            if (GitHubFixture.Find(fixtures, owner, name) is not { About: { Private: false, Empty: false } } repository) return Results.NotFound();
            return repository.BranchOf(branch, []) is { } found
                ? Results.Bytes(GitHubArchive.Of(repository, found), "application/zip", entityTag: new($"\"{repository.ShaOf(found)}\""), enableRangeProcessing: true)
                : Results.NotFound();
        }
    }

    /// <summary>One request about one repository.</summary>
    private sealed record Asked(GitHubFixture Repository, GitHubHistory History, HttpContext Context)
    {
        public string Value(string name) => Uri.UnescapeDataString((string?)Context.Request.RouteValues[name] ?? "");

        public string? Branch() => Repository.BranchOf(Value("reference"), History.Commits);

        public PullFixture? Pull() => History.Pulls.FirstOrDefault(p => p.Number == int.Parse(Value("number"), CultureInfo.InvariantCulture));

        public IReadOnlyList<(string Path, string File)> Files() => Repository.FilesOf(Repository.About.DefaultBranch);
    }

    private static IResult Paged<T>(Asked asked, IReadOnlyList<T> all, Func<T, JsonNode> shape)
    {
        var query = asked.Context.Request.Query;
        var size = int.TryParse(query["per_page"], out var given) ? Math.Clamp(given, 1, 100) : 30;
        var page = int.TryParse(query["page"], out var number) ? Math.Max(1, number) : 1;
        var last = Math.Max(1, (all.Count + size - 1) / size);
        if (page < last)
        {
            var url = Api(asked.Context) + Rest(asked.Context, 1);
            asked.Context.Response.Headers[HeaderNames.Link] =
                $"<{url}?per_page={size}&page={page + 1}>; rel=\"next\", <{url}?per_page={size}&page={last}>; rel=\"last\"";
        }
        return Json(new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(shape)]));
    }

    private static void AddQuota(HttpResponse response, int asked)
    {
        response.Headers["X-RateLimit-Limit"] = Quota.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = Math.Max(1, Quota - asked).ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Reset"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    }

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json; charset=utf-8");

    private static IResult NotFound() => Results.Json(GitHubAnswers.Problem("Not Found"), statusCode: 404);

    private static IResult Conflict() => Results.Json(GitHubAnswers.Problem("Git Repository is empty."), statusCode: 409);

    private static string Api(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}/github-api";

    private static string Web(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}/github";

    /// <summary>The path without its first segments, which are the group and what names the repository.</summary>
    private static string Rest(HttpContext context, int without)
    {
        var segments = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(without).ToList();
        return segments.Count == 0 ? "" : "/" + string.Join('/', segments);
    }
}
