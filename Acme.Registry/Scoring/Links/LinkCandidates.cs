using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Scoring.Links;

/// <summary>Something outside the artifact that its card names.</summary>
/// <param name="Name">A name, or a URL.</param>
/// <param name="FoundBy">Where the card names it.</param>
public sealed record LinkCandidate(string Name, FoundBy FoundBy)
{
    /// <summary>Whether it is a URL.</summary>
    public bool IsUrl => Name.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || Name.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Takes from a card what may be the model's code and its training data.</summary>
public static partial class LinkCandidates
{
    private const int MaxProseNames = 20;

    /// <summary>Headings of sections about data.</summary>
    internal static readonly string[] DataHeadings = ["training data", "dataset", "data", "corpus", "corpora"];

    /// <summary>
    /// The links of the card that may lead to the model's code, the closest first: those whose path shares a word with the model's own
    /// name or owner, then the others, each in the order of the card.
    /// </summary>
    public static IReadOnlyList<LinkCandidate> Code(ArtifactFacts facts)
    {
        var own = Words(facts.Name).Concat(Words(PathOf(facts.Url))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. facts.Links
                .Where(l => l.Kind is not (LinkKind.Paper or LinkKind.Dataset))
                .OrderByDescending(l => Words(PathOf(l.Url)).Any(own.Contains))
                .Select(l => new LinkCandidate(l.Url, new("the card links it", facts.Card?.Path, l.Line))),
        ];
    }

    /// <summary>The datasets that the card's metadata name, then what its links may lead to.</summary>
    public static IReadOnlyList<LinkCandidate> Data(ArtifactFacts facts) =>
    [
        .. (facts.Card?.FrontMatter.Datasets ?? []).Select(d => new LinkCandidate(d, new("the card's datasets name it", facts.Card?.Path))),
        .. facts.Links
            .Where(l => l.Kind is LinkKind.Dataset or LinkKind.Other)
            .Select(l => new LinkCandidate(l.Url, new("the card links it", facts.Card?.Path, l.Line))),
    ];

    /// <summary>Names in the card's sections about data; too vague to be looked up elsewhere, but an artifact that is registered here may have one.</summary>
    public static IReadOnlyList<LinkCandidate> DataInProse(ArtifactFacts facts, CardDocument card) =>
    [
        .. card.Sections
            .Where(s => DataHeadings.Any(h => s.Heading.Contains(h, StringComparison.OrdinalIgnoreCase)))
            .SelectMany(s => NameInProse().Matches(s.Text).Select(m => new LinkCandidate(m.Value, new("the card's section on its data names it", facts.Card?.Path, s.Line))))
            .DistinctBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxProseNames),
    ];

    /// <summary>A word that looks like the name of something: capitals or digits inside, or parts joined by <c>-</c>, <c>_</c> or <c>/</c>.</summary>
    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9]*([A-Z0-9][A-Za-z0-9]*|([_/-][A-Za-z0-9.]+)+)")]
    private static partial Regex NameInProse();

    private static string PathOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsolutePath : "";

    /// <summary>Words of three letters and more; what every repository's path has is none.</summary>
    private static IEnumerable<string> Words(string text) =>
        text.Split(['/', '-', '_', '.', ' '], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 2 && w is not ("tree" or "blob" or "main" or "master" or "git"));
}
