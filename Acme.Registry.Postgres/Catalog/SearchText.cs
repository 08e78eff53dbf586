using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>Texts as PostgreSQL takes them, and what its trigram index is asked.</summary>
internal static class SearchText
{
    private const int MaxLabelLength = 512;

    /// <summary>Whether a text can stand in a column: no NUL, no half of a surrogate pair. What cannot was never saved.</summary>
    public static bool CanBeKept(string text) => !text.Contains('\0') && !HasLoneSurrogate(text);

    /// <summary>Refuses what <see cref="CanBeKept"/> says no to.</summary>
    /// <exception cref="ArgumentException">It cannot be kept.</exception>
    public static void Check(string text, string parameter)
    {
        if (!CanBeKept(text)) throw new ArgumentException("A NUL or half of a surrogate pair cannot be kept.", parameter);
    }

    /// <summary>
    /// Labels as the index takes them: one that is too long for it, or that cannot be kept as it is, is known by its digest.
    /// </summary>
    public static string[] Labels(IEnumerable<string> labels) =>
        [.. labels.Select(label => label.Length <= MaxLabelLength && CanBeKept(label) ? label : $"digest:{Sha256Digest.Of(Encoding.UTF8.GetBytes(label))}")];

    /// <summary>The name as it begins the indexed text; on one line, so that the card begins after the first line break.</summary>
    public static string FoldName(string name) => Fold(name).Replace('\n', ' ');

    /// <summary>
    /// Lower case, character by character. PostgreSQL's own folding depends on its locale, and some locales fold a character differently
    /// at the end of a word than inside of it; on what is in lower case already it does nothing, so that a literal is found wherever it stands.
    /// </summary>
    public static string Fold(string text)
    {
        var folded = text.ToLowerInvariant().Replace('\0', ' ');
        return HasLoneSurrogate(folded) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(folded)) : folded;
    }

    /// <summary>
    /// The condition in SQL on the column <c>folded</c>, true of every text which meets it; null when there is none. The literals become
    /// parameters.
    /// </summary>
    /// <param name="condition">What the pattern demands.</param>
    /// <param name="parameters">Takes the literals.</param>
    public static string? Sql(LiteralCondition? condition, List<(string Name, object? Value)> parameters)
    {
        switch (condition)
        {
            case LiteralCondition.Contains contains:
                var name = $"@literal{parameters.Count}";
                parameters.Add((name, $"%{Escape(Fold(contains.Literal))}%"));
                return $"card.folded LIKE {name}";
            case LiteralCondition.All all:
                return $"({string.Join(" AND ", all.Parts.Select(part => Sql(part, parameters)))})";
            case LiteralCondition.Any any:
                return $"({string.Join(" OR ", any.Parts.Select(part => Sql(part, parameters)))})";
            default:
                return null;
        }
    }

    private static string Escape(string literal) =>
        literal.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }
        return false;
    }
}
