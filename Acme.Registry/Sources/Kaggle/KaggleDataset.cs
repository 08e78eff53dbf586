using System.Diagnostics.CodeAnalysis;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>A dataset on Kaggle as a URL names it.</summary>
internal sealed record KaggleDataset(string Owner, string Name)
{
    /// <summary>The host in the URLs that people use.</summary>
    public const string PublicHost = "www.kaggle.com";

    private const int MaxSegment = 256;

    /// <summary>First segments of URLs that are no owners of datasets.</summary>
    private static readonly HashSet<string> Pages = new(StringComparer.OrdinalIgnoreCase)
    {
        "code", "competitions", "c", "models", "notebooks", "kernels", "discussions", "learn", "organizations", "docs", "api", "account", "work", "benchmarks", "rankings",
    };

    public string Id => $"{Owner}/{Name}";

    /// <summary>The page people use.</summary>
    public string Page => $"https://{PublicHost}/datasets/{Uri.EscapeDataString(Owner)}/{Uri.EscapeDataString(Name)}";

    /// <summary>Below the endpoint: one of the API's calls (<c>view</c>, <c>list</c>, <c>download</c>) for it.</summary>
    public string Api(string call) => $"api/v1/datasets/{call}/{Uri.EscapeDataString(Owner)}/{Uri.EscapeDataString(Name)}";

    /// <summary>Reads <c>/datasets/{owner}/{name}</c>, and <c>/{owner}/{name}</c> of older days; what follows is passed over.</summary>
    public static bool TryParse(Uri url, Upstream upstream, [NotNullWhen(true)] out KaggleDataset? dataset)
    {
        dataset = upstream.SegmentsOf(url) switch
        {
            ["datasets", var owner, var name, ..] when IsSegment(owner) && IsSegment(name) => new(owner, name),
            ["datasets", ..] => null,
            [var owner, var name, ..] when IsSegment(owner) && IsSegment(name) && !Pages.Contains(owner) => new(owner, name),
            _ => null,
        };
        return dataset is not null;
    }

    private static bool IsSegment(string text) => text.Length is > 0 and <= MaxSegment && text.Any(c => c != '.') && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.');
}
