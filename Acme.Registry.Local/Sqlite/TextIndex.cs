using System.Text;
using Acme.Registry.Search;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// The trigram index over names and cards (FTS5, https://www.sqlite.org/fts5.html#the_trigram_tokenizer), by artifact number. It keeps
/// no text; the cards stand in a table of their own, so that a candidate can be checked.
/// </summary>
internal static class TextIndex
{
    private const int TrigramLength = 3;

    // FTS5 refuses expressions that nest much deeper; what is left out only lets more candidates through.
    private const int MaxDepth = 32;

    /// <summary>Indexes the texts of an artifact, in place of those it had.</summary>
    public static void Put(SqliteSession session, long seq, string name, string card)
    {
        session.Execute("INSERT OR REPLACE INTO card (seq, text) VALUES (@seq, @card)", ("@seq", seq), ("@card", card));
        session.Execute(
            "INSERT OR REPLACE INTO artifact_text (rowid, name, card) VALUES (@seq, @name, @card)",
            ("@seq", seq), ("@name", Fold(name)), ("@card", Fold(card)));
    }

    /// <summary>Takes the texts of an artifact away.</summary>
    public static void Remove(SqliteSession session, long seq)
    {
        session.Execute("DELETE FROM card WHERE seq = @seq", ("@seq", seq));
        session.Execute("DELETE FROM artifact_text WHERE rowid = @seq", ("@seq", seq));
    }

    /// <summary>The card of an artifact; empty when it has none.</summary>
    public static string CardOf(SqliteSession session, long seq) =>
        session.Scalar("SELECT text FROM card WHERE seq = @seq", ("@seq", seq)) as string ?? "";

    /// <summary>
    /// The condition as an FTS5 expression that every text which meets it matches; null when the index cannot narrow the search.
    /// </summary>
    public static string? Expression(LiteralCondition? condition, int depth = 0)
    {
        switch (condition)
        {
            case LiteralCondition.Contains contains:
                return IsIndexed(contains.Literal) ? $"\"{Fold(contains.Literal).Replace("\"", "\"\"")}\"" : null;
            case LiteralCondition.All all when depth < MaxDepth:
                // A part that the index cannot answer may be left out of an "and".
                string[] known = [.. all.Parts.Select(part => Expression(part, depth + 1)).OfType<string>()];
                return known.Length == 0 ? null : $"({string.Join(" AND ", known)})";
            case LiteralCondition.Any any when depth < MaxDepth:
                string?[] parts = [.. any.Parts.Select(part => Expression(part, depth + 1))];
                return parts.Length == 0 || parts.Contains(null) ? null : $"({string.Join(" OR ", parts)})";
            default:
                return null;
        }
    }

    // The tokenizer works on whole code points of UTF-8: what has fewer than three, or half a surrogate pair, it cannot find. And an
    // expression ends at a NUL.
    private static bool IsIndexed(string literal) =>
        !literal.Contains('\0') && literal.EnumerateRunes().All(rune => rune != Rune.ReplacementChar) && literal.EnumerateRunes().Count() >= TrigramLength;

    // Upper case here and the tokenizer's own folding to lower case, one after the other, make equal whatever .NET's regular
    // expressions take for equal when they ignore case.
    private static string Fold(string text) => text.ToUpperInvariant();
}
