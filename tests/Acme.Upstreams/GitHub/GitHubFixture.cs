using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Acme.Upstreams.GitHub;

/// <summary>A repository of the fixtures: its files lie in <c>{owner}/{name}</c>, those of a further branch below <c>.branches/{branch}</c> in it.</summary>
internal sealed class GitHubFixture
{
    private const string DescriptionFile = ".upstream.json";
    private const string BranchesFolder = ".branches";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string _folder;

    private GitHubFixture(string folder, string owner, string name, RepositoryDescription description)
    {
        (_folder, Owner, Name, About) = (folder, owner, name, description);
        Branches = [About.DefaultBranch, .. About.Branches];
    }

    public string Owner { get; }

    public string Name { get; }

    public RepositoryDescription About { get; }

    public IReadOnlyList<string> Branches { get; }

    public int Id => NumberOf($"{Owner}/{Name}");

    /// <summary>The repository, or null where there is none; letter case is ignored as on GitHub.</summary>
    public static GitHubFixture? Find(string fixtures, string owner, string name)
    {
        if (!Directory.Exists(fixtures) || Child(fixtures, owner) is not { } ownerFolder || Child(ownerFolder, name) is not { } folder) return null;
        var file = Path.Combine(folder, DescriptionFile);
        var description = File.Exists(file) ? JsonSerializer.Deserialize<RepositoryDescription>(File.ReadAllText(file), Json)! : new();
        return new(folder, Path.GetFileName(ownerFolder), Path.GetFileName(folder), description);
    }

    /// <summary>The repository with an id, by which renamed ones are found.</summary>
    public static GitHubFixture? Find(string fixtures, int id) =>
        Directory.GetDirectories(fixtures).SelectMany(Directory.GetDirectories)
            .Select(folder => Find(fixtures, Path.GetFileName(Path.GetDirectoryName(folder))!, Path.GetFileName(folder)))
            .FirstOrDefault(f => f?.Id == id);

    /// <summary>The branch that a reference means: a branch's name or the commit at its head; null where there is none.</summary>
    public string? BranchOf(string reference, IReadOnlyList<CommitFixture> history)
    {
        if (reference == "HEAD") return About.DefaultBranch;
        if (reference.StartsWith("refs/", StringComparison.Ordinal)) reference = reference[5..];
        if (reference.StartsWith("heads/", StringComparison.Ordinal)) reference = reference[6..];
        if (About.Tags.Contains(reference) || history.Any(c => c.Sha == reference)) return About.DefaultBranch;
        return Branches.FirstOrDefault(b => b == reference || ShaOf(b) == reference);
    }

    /// <summary>A made-up commit for the head of a branch.</summary>
    public string ShaOf(string branch) => Hash($"{Owner}/{Name}@{branch}");

    /// <summary>Path and full name of the files of a branch, in ordinal order.</summary>
    public IReadOnlyList<(string Path, string File)> FilesOf(string branch)
    {
        if (About.Empty) return [];
        var root = branch == About.DefaultBranch ? _folder : Path.Combine(_folder, BranchesFolder, branch);
        return
        [
            .. from file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
               let path = Path.GetRelativePath(root, file).Replace('\\', '/')
               where path != DescriptionFile && !path.StartsWith(BranchesFolder + "/", StringComparison.Ordinal)
               orderby path.ToUpperInvariant(), path
               select (path, file),
        ];
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];

    public static int NumberOf(string text) => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & 0x7fffffff;

    private static string? Child(string folder, string name) =>
        Directory.EnumerateDirectories(folder).FirstOrDefault(d => string.Equals(Path.GetFileName(d), name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What <c>.upstream.json</c> tells about a repository.</summary>
internal sealed record RepositoryDescription
{
    public string? Description { get; init; }
    public string DefaultBranch { get; init; } = "main";
    public IReadOnlyList<string> Branches { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyList<string> Submodules { get; init; } = [];

    /// <summary>What the licence detection says: an SPDX identifier, <c>NOASSERTION</c>, or nothing.</summary>
    public string? License { get; init; }

    public bool Archived { get; init; }
    public bool Private { get; init; }
    public bool Empty { get; init; }

    /// <summary>Its present <c>owner/name</c>, where it has been renamed.</summary>
    public string? RenamedTo { get; init; }

    public IReadOnlyList<PushedDescription> Commits { get; init; } = [];
    public IReadOnlyList<PullDescription> Pulls { get; init; } = [];
}

/// <summary>Commits pushed to the default branch: <c>Count</c> of them, the latest so many days ago.</summary>
internal record PushedDescription
{
    public required string By { get; init; }
    public required double DaysAgo { get; init; }
    public int Count { get; init; } = 1;
    public double EveryDays { get; init; } = 7;
    public string Message { get; init; } = "Work on it";

    /// <summary>Whether the author has an account; otherwise commits carry a name only.</summary>
    public bool HasAccount { get; init; } = true;

    /// <summary>Added lines by file, of each.</summary>
    public IReadOnlyDictionary<string, int> Additions { get; init; } = new Dictionary<string, int>();
}

/// <summary>Pull requests, closed so many days ago.</summary>
internal sealed record PullDescription : PushedDescription
{
    public bool Merged { get; init; } = true;

    /// <summary><c>squash</c>, <c>merge</c> or <c>rebase</c>.</summary>
    public string Method { get; init; } = "squash";

    /// <summary>Commits in each, where they are not squashed.</summary>
    public int Commits { get; init; } = 2;

    public IReadOnlyList<ReviewDescription> Reviews { get; init; } = [];
}

internal sealed record ReviewDescription(string By, string State);
