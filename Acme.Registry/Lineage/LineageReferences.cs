using System.Text.RegularExpressions;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.HuggingFace;

namespace Acme.Registry.Lineage;

/// <summary>Takes from an artifact's facts what its own files name as its origins.</summary>
public static partial class LineageReferences
{
    /// <summary>Most references kept of one artifact.</summary>
    public const int MaxReferences = 100;

    private const int MaxCodeLinks = 20;
    private const string Hub = "https://huggingface.co/";

    /// <summary>First segments of the directories that training scripts write to.</summary>
    private static readonly HashSet<string> LocalDirectories = new(StringComparer.OrdinalIgnoreCase)
    {
        "out", "output", "outputs", "result", "results", "model", "models", "tmp", "temp", "data", "content", "home", "mnt", "root", "workspace",
        "kaggle", "runs", "logs", "final", "best", "best_model", "saved_model", "trained_model", "cache", "scratch",
    };

    /// <summary>The references, each name once per type; the first file that names it counts, in the order config, adapter, card.</summary>
    public static IReadOnlyList<LineageReference> Of(ArtifactFacts facts)
    {
        var references = new Dictionary<(ArtifactType, string), LineageReference>();
        var card = facts.Card?.FrontMatter ?? FrontMatter.Empty;
        if (facts.Type == ArtifactType.Model)
        {
            var relationship = card.BaseModelRelation is { } relation && relation.All(char.IsAsciiLetter) ? relation.ToLowerInvariant() : "base_model";
            Add(facts.Config?.NameOrPath, relationship, ArtifactType.Model, "config_json");
            Add(facts.Config?.BaseModel, relationship, ArtifactType.Model, "config_json");
            Add(facts.AdapterConfig?.BaseModel, relationship, ArtifactType.Model, "adapter_config_json");
            foreach (var name in card.BaseModels) Add(name, relationship, ArtifactType.Model, "model_card");
            foreach (var name in card.Datasets) Add(name, "fine_tuning_dataset", ArtifactType.Dataset, "model_card");
            foreach (var url in facts.Links.Where(l => l.Kind == LinkKind.Repository).Select(l => RepositoryUrl(l.Url)).OfType<string>().Distinct().Take(MaxCodeLinks))
            {
                references.TryAdd((ArtifactType.Code, url), new(url, "code", ArtifactType.Code, "model_card"));
            }
        }
        return [.. references.Values.Take(MaxReferences)];

        void Add(string? written, string relationship, ArtifactType type, string source)
        {
            if (written is null || NameOf(written) is not { } name || (type == ArtifactType.Model && IsItself(name, facts))) return;
            references.TryAdd((type, name.ToLowerInvariant()), new(name, relationship, type, source));
        }
    }

    /// <summary>Why no lineage can be computed; nothing where it can.</summary>
    public static string? Problem(ArtifactFacts facts)
    {
        var malformed = new[] { facts.Config, facts.AdapterConfig }.FirstOrDefault(c => c?.Problem is not null);
        return malformed is null ? null : $"{malformed.Path} is malformed: {malformed.Problem}. Mend the file and register the model again.";
    }

    /// <summary><c>https://github.com/owner/name</c> for any URL inside a GitHub repository; nothing for others.</summary>
    public static string? RepositoryUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host is not ("github.com" or "www.github.com")) return null;
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length < 2) return null;
        var name = segments[1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? segments[1][..^4] : segments[1];
        return $"https://github.com/{segments[0]}/{name}";
    }

    /// <summary>The name on the hub that a URL of it leads to; nothing for URLs of others.</summary>
    public static string? HubName(string url) => url.StartsWith(Hub, StringComparison.OrdinalIgnoreCase) ? NameOf(url) : null;

    /// <summary>The name on the hub (<c>owner/name</c> or <c>name</c>) that a text stands for; nothing for paths on someone's disk.</summary>
    private static string? NameOf(string written)
    {
        var name = written.Trim();
        if (name.StartsWith(Hub, StringComparison.OrdinalIgnoreCase))
        {
            var segments = name[Hub.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (segments is ["datasets", ..]) segments = segments[1..];
            name = string.Join('/', segments.Take(2).Where(s => s is not ("tree" or "resolve" or "blob")));
        }
        if (!HubRepository.IsId(name) || Checkpoint().IsMatch(name)) return null;
        return LocalDirectories.Contains(name.Split('/')[0]) ? null : name;
    }

    /// <summary>Configurations often hold the name under which the model itself was saved.</summary>
    private static bool IsItself(string name, ArtifactFacts facts)
    {
        if (string.Equals(name, facts.Name, StringComparison.OrdinalIgnoreCase)) return true;
        if (!facts.Url.StartsWith(Hub, StringComparison.OrdinalIgnoreCase)) return false;
        var own = NameOf(facts.Url);
        return own is not null && (string.Equals(name, own, StringComparison.OrdinalIgnoreCase) || string.Equals(name, own[(own.IndexOf('/') + 1)..], StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"(^|/)(checkpoint|step|epoch)s?[-_]?\d*(/|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Checkpoint();
}
