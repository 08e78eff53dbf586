using System.Text;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources;

/// <summary>Reads the card of a dataset that is not registered.</summary>
internal static class DatasetCard
{
    /// <param name="path">Where it stands.</param>
    /// <param name="utf8">The whole file.</param>
    public static CardFacts Read(string path, ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\0', '\uFFFD');
        if (text.Length > CardFacts.MaxText) text = text[..(char.IsHighSurrogate(text[CardFacts.MaxText - 1]) ? CardFacts.MaxText - 1 : CardFacts.MaxText)];
        var (frontMatter, problem) = FrontMatterParser.Parse(text);
        return new(path, text, utf8.Length, frontMatter, problem);
    }
}
