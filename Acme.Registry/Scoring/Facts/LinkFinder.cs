using System.Text.RegularExpressions;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Finds URLs in a card and tells by the URL what they lead to.</summary>
public static partial class LinkFinder
{
    /// <summary>Most links kept.</summary>
    public const int MaxLinks = 200;

    private static readonly string[] PaperHosts =
        ["arxiv.org", "doi.org", "aclanthology.org", "openreview.net", "proceedings.mlr.press", "papers.nips.cc", "proceedings.neurips.cc"];

    private static readonly string[] DatasetHosts = ["zenodo.org", "commonvoice.mozilla.org", "openslr.org", "image-net.org"];

    /// <summary>The links in order, each URL once.</summary>
    public static IReadOnlyList<LinkFact> Find(string card)
    {
        var links = new List<LinkFact>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in card.AsSpan().EnumerateLines())
        {
            number++;
            foreach (var match in Url().EnumerateMatches(line))
            {
                var url = line.Slice(match.Index, match.Length).TrimEnd(".,;:!?*_").ToString();
                if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && seen.Add(url)) links.Add(new(url, KindOf(uri), number));
                if (links.Count == MaxLinks) return links;
            }
        }
        return links;
    }

    /// <summary>What the URL leads to.</summary>
    public static LinkKind KindOf(Uri uri)
    {
        var host = uri.Host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? uri.Host[4..] : uri.Host;
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return host switch
        {
            "github.com" or "gitlab.com" => segments.Length >= 2 ? LinkKind.Repository : LinkKind.Other,
            "huggingface.co" or "hf.co" => segments is ["datasets", _, ..] ? LinkKind.Dataset : segments is ["papers", _, ..] ? LinkKind.Paper : LinkKind.Other,
            "kaggle.com" => segments is ["datasets", _, _, ..] ? LinkKind.Dataset : LinkKind.Other,
            _ when IsAmong(PaperHosts, host) => LinkKind.Paper,
            _ when IsAmong(DatasetHosts, host) => LinkKind.Dataset,
            _ => LinkKind.Other,
        };
    }

    private static bool IsAmong(string[] hosts, string host) =>
        hosts.Any(h => host == h || host.EndsWith("." + h, StringComparison.Ordinal));

    [GeneratedRegex(@"https?://[^\s<>()\[\]""'`|\\]{1,500}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();
}
