using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Acme.Upstreams.HuggingFace;

/// <summary>
/// The hub: <c>/api/{models|datasets}/{id}[/revision/{rev}]</c>, <c>/tree</c> in pages, <c>/commits</c> in pages, and <c>/resolve</c>.
/// Beside <c>private</c>, <c>gated</c>, <c>disabled</c>, <c>cardData</c> and the like, which it passes on, a description may say
/// <c>renamedTo</c> (an id to redirect to), <c>commits</c> (<c>{user, daysAgo}</c>), <c>lfs</c> (paths), <c>generated</c> (files), <c>wrongDigest</c>
/// (paths that are announced with a digest that is not theirs), <c>without</c> (endpoints that it does not have), <c>filesPerPage</c> and
/// <c>branch</c> (one beside <c>main</c>). The token that gated and private repositories ask for is <see cref="Token"/>.
/// </summary>
public static class HuggingFaceEndpoints
{
    /// <summary>The one token that has access.</summary>
    public const string Token = "hf_stand_in";

    private const int FilesPerPage = 5;
    private const int CommitsPerPage = 10;

    internal static void MapHuggingFace(this IEndpointRouteBuilder routes, string fixtures)
    {
        var models = new HubShelf(FixtureRepository.ReadAll(Path.Combine(fixtures, "models")), "models");
        var datasets = new HubShelf(FixtureRepository.ReadAll(Path.Combine(fixtures, "datasets")), "datasets");
        foreach (var shelf in new[] { models, datasets })
        {
            routes.MapGet($"/api/{shelf.Kind}/{{**rest}}", (string rest, HttpContext context) => shelf.Api(rest, context));
        }
        routes.MapGet("/datasets/{**rest}", (string rest, HttpContext context) => datasets.Resolve(rest, context));
        routes.MapGet("/{**rest}", (string rest, HttpContext context) => models.Resolve(rest, context));
    }

    private sealed class HubShelf(Dictionary<string, FixtureRepository> repositories, string kind)
    {
        private readonly ConcurrentDictionary<string, string[]> _paths = new();

        public string Kind => kind;

        public IResult Api(string rest, HttpContext context)
        {
            if (Find(rest) is not var (repository, call)) return Refusal(context, 401, "RepoNotFound");
            if (repository.Text("renamedTo") is { } now)
                return Results.Redirect($"/hf/api/{kind}/{now}{(call.Length > 0 ? "/" + string.Join('/', call) : "")}{context.Request.QueryString}", preserveMethod: true);
            if (!HasAccess(repository, context)) return Refusal(context, 401, "RepoNotFound");
            if (call.Length > 0 && repository.Lists("without", call[0])) return Refusal(context, 404, null);
            return call switch
            {
                [] => Results.Json(Info(repository, context)),
                ["revision", .. var revision] when IsRevision(repository, revision) => Results.Json(Info(repository, context)),
                ["tree", .. var revision] when IsRevision(repository, revision) => Page(context, Tree(repository), repository.Number("filesPerPage") ?? FilesPerPage),
                ["commits", .. var revision] when IsRevision(repository, revision) => Page(context, Commits(repository), CommitsPerPage),
                ["revision" or "tree" or "commits", ..] => Refusal(context, 404, "RevisionNotFound"),
                _ => Refusal(context, 404, null),
            };
        }

        public IResult Resolve(string rest, HttpContext context)
        {
            if (Find(rest) is not (var repository, ["resolve", var revision, .. var path])) return Refusal(context, 404, "RepoNotFound");
            if (!HasAccess(repository, context)) return Refusal(context, 401, "RepoNotFound");
            if (IsGated(repository) && !HasToken(context)) return Refusal(context, 401, "GatedRepo");
            if (!IsRevision(repository, [revision])) return Refusal(context, 404, "RevisionNotFound");
            return repository.Find(string.Join('/', path)) is { } file
                ? Results.Stream(file.Open(), "application/octet-stream", enableRangeProcessing: true)
                : Refusal(context, 404, "EntryNotFound");
        }

        /// <summary>The repository that a path begins with, and what follows its id.</summary>
        private (FixtureRepository Repository, string[] Call)? Find(string rest)
        {
            var segments = rest.Split('/', StringSplitOptions.RemoveEmptyEntries);
            foreach (var length in (int[])[2, 1])
            {
                if (segments.Length >= length && repositories.TryGetValue(string.Join('/', segments[..length]), out var repository)) return (repository, segments[length..]);
            }
            return null;
        }

        private static JsonObject Info(FixtureRepository repository, HttpContext context)
        {
            var info = new JsonObject
            {
                ["_id"] = repository.Commit[..24],
                ["id"] = repository.Id,
                ["sha"] = repository.Commit,
                ["private"] = false,
                ["gated"] = false,
                ["disabled"] = false,
                ["downloads"] = 0,
                ["likes"] = 0,
                ["tags"] = new JsonArray(),
                ["siblings"] = new JsonArray([.. repository.Files.Select(f => Sibling(repository, f, context.Request.Query["blobs"] == "true"))]),
                ["usedStorage"] = repository.Files.Sum(f => f.Size),
            };
            foreach (var field in repository.Description.EnumerateObject().Where(f => f.Name is not ("commits" or "lfs" or "generated" or "wrongDigest" or "without" or "filesPerPage" or "branch")))
            {
                info[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
            return info;
        }

        private static JsonObject Sibling(FixtureRepository repository, FixtureFile file, bool withBlobs)
        {
            var sibling = new JsonObject { ["rfilename"] = file.Path };
            if (!withBlobs) return sibling;
            sibling["size"] = file.Size;
            if (file.IsLarge) sibling["lfs"] = new JsonObject { ["sha256"] = DigestOf(repository, file), ["size"] = file.Size, ["pointerSize"] = 134 };
            return sibling;
        }

        private IEnumerable<JsonNode> Tree(FixtureRepository repository)
        {
            var paths = _paths.GetOrAdd(repository.Id, _ => [.. repository.Files.Select(f => f.Path).Concat(repository.Files.SelectMany(f => FoldersOf(f.Path)).Distinct()).Order(StringComparer.Ordinal)]);
            return paths.Select(path => repository.Find(path) is { } file
                ? Entry(repository, file)
                : (JsonNode)new JsonObject { ["type"] = "directory", ["oid"] = repository.Commit, ["size"] = 0, ["path"] = path });
        }

        private static JsonObject Entry(FixtureRepository repository, FixtureFile file)
        {
            var entry = new JsonObject { ["type"] = "file", ["oid"] = file.Sha256.Value[..40], ["size"] = file.Size, ["path"] = file.Path };
            if (file.IsLarge) entry["lfs"] = new JsonObject { ["oid"] = DigestOf(repository, file), ["size"] = file.Size, ["pointerSize"] = 134 };
            return entry;
        }

        private static IEnumerable<JsonNode> Commits(FixtureRepository repository)
        {
            if (!repository.Description.TryGetProperty("commits", out var commits)) yield break;
            foreach (var commit in commits.EnumerateArray())
            {
                var user = commit.GetProperty("user").GetString();
                yield return new JsonObject
                {
                    ["id"] = repository.Commit,
                    ["title"] = "Update",
                    ["message"] = "",
                    ["authors"] = new JsonArray(new JsonObject { ["user"] = user }),
                    ["date"] = DateTimeOffset.UtcNow.AddDays(-commit.GetProperty("daysAgo").GetInt32()).ToString("O"),
                };
            }
        }

        private static IResult Page(HttpContext context, IEnumerable<JsonNode> items, int size)
        {
            var start = int.TryParse(context.Request.Query["cursor"], out var cursor) ? cursor : 0;
            var page = items.Skip(start).Take(size + 1).ToArray();
            if (page.Length > size)
            {
                var url = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}?recursive={context.Request.Query["recursive"]}&cursor={start + size}";
                context.Response.Headers.Link = $"<{url}>; rel=\"next\"";
            }
            return Results.Json(new JsonArray([.. page.Take(size)]));
        }

        private static bool IsRevision(FixtureRepository repository, string[] revision) =>
            Uri.UnescapeDataString(string.Join('/', revision)) is var name && (name == "main" || name == repository.Commit || name == repository.Text("branch"));

        private static string DigestOf(FixtureRepository repository, FixtureFile file) =>
            repository.Lists("wrongDigest", file.Path) ? new string('0', 64) : file.Sha256.Value;

        private static bool IsGated(FixtureRepository repository) => repository.IsTrue("gated") || repository.Text("gated") is not null;

        private static bool HasAccess(FixtureRepository repository, HttpContext context) => !repository.IsTrue("private") || HasToken(context);

        private static bool HasToken(HttpContext context) => context.Request.Headers.Authorization == $"Bearer {Token}";

        private static IEnumerable<string> FoldersOf(string path)
        {
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
        }

        private static IResult Refusal(HttpContext context, int status, string? code)
        {
            if (code is not null) context.Response.Headers["X-Error-Code"] = code;
            return Results.Json(new { error = code ?? "Not found" }, statusCode: status);
        }
    }
}
