using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Acme.Upstreams;

/// <summary>
/// A folder of fixtures with what <c>.upstream.json</c> beside the files tells about it. Its commit is a digest of its contents, so that it
/// changes with them.
/// </summary>
internal sealed class FixtureRepository
{
    private const string DescriptionName = ".upstream.json";

    private readonly Dictionary<string, FixtureFile> _byPath;

    private FixtureRepository(string id, JsonElement description, IReadOnlyList<FixtureFile> files)
    {
        (Id, Description, Files) = (id, description, files);
        _byPath = files.ToDictionary(f => f.Path);
        // What is generated is told by the description alone, and is not made only to be named.
        var contents = string.Concat(files.Select(f => $"{f.Path}\0{f.Size}\0{(f.IsMade ? "" : f.Sha256.Value)}\n"));
        Commit = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description.GetRawText() + contents)))[..40];
    }

    public string Id { get; }

    public JsonElement Description { get; }

    public string Commit { get; }

    /// <summary>In the order in which the host lists them.</summary>
    public IReadOnlyList<FixtureFile> Files { get; }

    /// <summary>Every repository below a folder: its subfolders that hold a description.</summary>
    public static Dictionary<string, FixtureRepository> ReadAll(string root)
    {
        if (!Directory.Exists(root)) return [];
        return Directory.EnumerateFiles(root, DescriptionName, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Read(root, path))
            .ToDictionary(r => r.Id, StringComparer.OrdinalIgnoreCase);
    }

    public bool IsTrue(string field) => Description.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    public string? Text(string field) => Description.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public int? Number(string field) => Description.TryGetProperty(field, out var value) && value.TryGetInt32(out var number) ? number : null;

    /// <summary>Whether a list in the description holds this word.</summary>
    public bool Lists(string field, string word) =>
        Description.TryGetProperty(field, out var list) && list.EnumerateArray().Any(w => w.GetString() == word);

    public FixtureFile? Find(string path) => _byPath.GetValueOrDefault(path);

    private static FixtureRepository Read(string root, string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var description = document.RootElement.Clone();
        var folder = Path.GetDirectoryName(path)!;
        var large = Names(description, "lfs").ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(f => Path.GetFileName(f) != DescriptionName)
            .Select(f => (Name: Path.GetRelativePath(folder, f).Replace('\\', '/'), File: f))
            .Select(f => FixtureFile.OnDisk(f.Name, f.File, large.Contains(f.Name)));
        return new(Path.GetRelativePath(root, folder).Replace('\\', '/'), description, [.. files.Concat(Generated(description)).OrderBy(f => f.Path, StringComparer.Ordinal)]);
    }

    private static IEnumerable<FixtureFile> Generated(JsonElement description)
    {
        if (!description.TryGetProperty("generated", out var list)) yield break;
        foreach (var file in list.EnumerateArray())
        {
            var count = file.TryGetProperty("count", out var n) ? n.GetInt32() : 1;
            var (path, size) = (file.GetProperty("path").GetString()!, file.GetProperty("size").GetInt64());
            var seed = file.TryGetProperty("seed", out var s) ? s.GetInt32() : 0;
            var shape = file.TryGetProperty("as", out var a) ? a.GetString()! : "bytes";
            var isLarge = !file.TryGetProperty("lfs", out var l) || l.GetBoolean();
            for (var i = 1; i <= count; i++) yield return FixtureFile.Made(path.Replace("{n}", $"{i:D5}", StringComparison.Ordinal), size, seed + i, shape, isLarge);
        }
    }

    private static IEnumerable<string> Names(JsonElement description, string field) =>
        description.TryGetProperty(field, out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];
}
