using System.Text.RegularExpressions;

namespace Acme.Registry.Scoring.Facts;

/// <summary>What templates of cards leave where nobody wrote anything.</summary>
public static partial class Placeholder
{
    /// <summary>The text without it.</summary>
    public static string Remove(string text) => Left().Replace(text, "");

    /// <summary>Whether the text has any.</summary>
    public static bool IsIn(string text) => Left().IsMatch(text);

    [GeneratedRegex(@"\[?\b(more information needed|needs more information|todo|tbd|n/a)\b\]?(\(https?://[^)\s]{0,500}\))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Left();
}
