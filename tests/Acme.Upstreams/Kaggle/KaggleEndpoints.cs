using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Acme.Upstreams.Kaggle;

/// <summary>
/// Kaggle: <c>/api/v1/datasets/{view|list|download}/{owner}/{name}</c>. A description holds the fields of <c>view</c>; with <c>needsKey</c> the
/// files are given only to <see cref="User"/> with <see cref="Key"/>.
/// </summary>
public static class KaggleEndpoints
{
    /// <summary>The one user who is given everything.</summary>
    public const string User = "stand-in";

    /// <summary>The user's key.</summary>
    public const string Key = "kaggle-key";

    private const int FilesPerPage = 2;

    internal static void MapKaggle(this IEndpointRouteBuilder routes, string fixtures)
    {
        var datasets = FixtureRepository.ReadAll(fixtures);
        var api = routes.MapGroup("/api/v1/datasets");
        api.MapGet("/view/{owner}/{name}", (string owner, string name) => datasets.TryGetValue($"{owner}/{name}", out var found) ? Results.Json(View(found)) : Missing());
        api.MapGet("/list/{owner}/{name}", (string owner, string name, string? pageToken) =>
            datasets.TryGetValue($"{owner}/{name}", out var found) ? Results.Json(List(found, pageToken)) : Missing());
        api.MapGet("/download/{owner}/{name}", (string owner, string name, HttpContext context) =>
        {
            if (!datasets.TryGetValue($"{owner}/{name}", out var found)) return Missing();
            if (found.IsTrue("needsKey") && context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Key}")))
                return Results.Json(new { code = 403, message = "Permission denied" }, statusCode: 403);
            return Results.Redirect($"/kaggle/storage/{owner}/{name}/archive.zip");
        });
        routes.MapGet("/storage/{owner}/{name}/archive.zip", (string owner, string name) =>
            datasets.TryGetValue($"{owner}/{name}", out var found) ? Results.Bytes(Zip(found), "application/zip", enableRangeProcessing: true) : Missing());
    }

    private static IResult Missing() => Results.Json(new { code = 404, message = "Not found" }, statusCode: 404);

    private static JsonObject View(FixtureRepository dataset)
    {
        var view = new JsonObject { ["ref"] = dataset.Id, ["totalBytes"] = dataset.Files.Sum(f => f.Size), ["isPrivate"] = false };
        foreach (var field in dataset.Description.EnumerateObject().Where(f => f.Name is not ("needsKey" or "generated"))) view[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        return view;
    }

    private static JsonObject List(FixtureRepository dataset, string? pageToken)
    {
        var start = int.TryParse(pageToken, out var token) ? token : 0;
        var files = dataset.Files.Skip(start).Take(FilesPerPage).Select(f => (JsonNode)new JsonObject { ["name"] = f.Path, ["totalBytes"] = f.Size });
        return new()
        {
            ["datasetFiles"] = new JsonArray([.. files]),
            ["nextPageToken"] = start + FilesPerPage < dataset.Files.Count ? $"{start + FilesPerPage}" : "",
        };
    }

    private static byte[] Zip(FixtureRepository dataset)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in dataset.Files)
            {
                using var entry = zip.CreateEntry(file.Path).Open();
                using var content = file.Open();
                content.CopyTo(entry);
            }
        }
        return buffer.ToArray();
    }
}
