using Acme.Registry.Licensing;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Scoring.License;

/// <summary>The licence as each part of an artifact tells it.</summary>
/// <param name="Field">From the card's metadata, where the key is a licence.</param>
/// <param name="Texts">From the licence files, those that were recognised.</param>
/// <param name="Heading">From the card's section on the licence.</param>
/// <param name="Hub">As the hub states it, where nothing in the files tells it.</param>
public sealed record LicenseSources(
    SpdxExpression? Field, IReadOnlyList<(string Path, SpdxExpression License)> Texts, (CardSection Section, SpdxExpression License)? Heading, SpdxExpression? Hub)
{
    /// <summary>Keys by which a card says that it names no licence.</summary>
    private static readonly HashSet<string> NoLicense = new(StringComparer.OrdinalIgnoreCase) { "other", "unknown", "none", "unlicensed" };

    /// <summary>The licence that counts: what the metadata say, else the text, else the heading, else the hub; nothing where none tells.</summary>
    public SpdxExpression? Identified => Field ?? Texts.Select(t => t.License).FirstOrDefault() ?? Heading?.License ?? Hub;

    /// <summary>All that tell one.</summary>
    public IReadOnlyList<SpdxExpression> Told => [.. new[] { Field, Heading?.License, Hub }.OfType<SpdxExpression>(), .. Texts.Select(t => t.License)];

    /// <summary>Reads them from the facts.</summary>
    public static LicenseSources Of(ArtifactFacts facts) => Of(facts, CardDocument.Parse(facts.Card?.Text ?? ""));

    /// <summary>Reads them from the facts, with the card parsed already.</summary>
    public static LicenseSources Of(ArtifactFacts facts, CardDocument card)
    {
        var texts = facts.LicenseFiles
            .Select(f => (f.Path, License: LicenseTexts.Recognise(f.Text)))
            .Where(t => t.License is not null)
            .Select(t => (t.Path, (SpdxExpression)Named(t.License!)))
            .ToList();
        // A heading alone may name it: "License: MIT".
        var section = card.Sections.FirstOrDefault(s => s.Heading.Contains("license", StringComparison.OrdinalIgnoreCase) || s.Heading.Contains("licence", StringComparison.OrdinalIgnoreCase));
        var named = section is null ? null : LicenseTexts.NamedIn(section.Heading + "\n" + section.Text[..Math.Min(500, section.Text.Length)]);
        var field = FieldOf(facts.Card?.FrontMatter ?? FrontMatter.Empty);
        // A hub repeats the card's field or guesses by the files: it is no witness beside them.
        var hub = field is null && texts.Count == 0 && named is null && facts.Hub?.License is { } key && !NoLicense.Contains(key) && SpdxExpression.TryParse(key, out var stated) ? stated : null;
        return new(field, texts, named is null ? null : (section!, Named(named)), hub);
    }

    /// <summary>Several keys mean that parts are under each of them.</summary>
    private static SpdxExpression? FieldOf(FrontMatter frontMatter)
    {
        var keys = frontMatter.License.Where(k => !NoLicense.Contains(k)).ToList();
        if (keys.Count == 0 && frontMatter.LicenseName is { } name) keys = [name];
        var parsed = keys.Take(10).Select(k => SpdxExpression.TryParse(k, out var e) ? e : null).ToList();
        return parsed.Count == 0 || parsed.Contains(null) ? null : parsed.Aggregate((a, b) => new SpdxExpression.And(a!, b!));
    }

    private static SpdxExpression.License Named(string id) => new(id, null);
}
