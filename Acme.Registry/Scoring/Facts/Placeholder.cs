using System.Text.RegularExpressions;

namespace Acme.Registry.Scoring.Facts;

/// <summary>What templates of cards leave where nobody wrote anything.</summary>
public static class Placeholder
{
    private static readonly Regex Left = new(
        @"\[?\b(more information needed|needs more information|todo|tbd|n/a)\b\]?(\(https?://[^)\s]*\))?", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    /// <summary>The text without it.</summary>
    public static string Remove(string text) => Left.Replace(text, "");

    /// <summary>Whether the text has any.</summary>
    public static bool IsIn(string text) => Left.IsMatch(text);
}
