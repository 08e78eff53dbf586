using System.Globalization;

namespace Acme.Registry.Artifacts;

/// <summary>The rules for an artifact's name. Names are compared exactly, code unit by code unit.</summary>
public static class ArtifactName
{
    /// <summary>Longest name, in UTF-16 code units.</summary>
    public const int MaxLength = 512;

    /// <summary>Says what is wrong with a name, or nothing when it may be used.</summary>
    public static string? Problem(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return "A name must not be empty.";
        if (name.Length > MaxLength) return $"A name has at most {MaxLength} characters; this one has {name.Length}.";
        if (name == "*") return "The name \"*\" is reserved: it stands for every artifact in a query.";
        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1])) return "A name must not begin or end with white space.";
        for (var i = 0; i < name.Length; i++)
        {
            // Format characters include the bidirectional overrides, with which one name can be made to look like another.
            switch (CharUnicodeInfo.GetUnicodeCategory(name, i))
            {
                case UnicodeCategory.Control:
                case UnicodeCategory.Format:
                case UnicodeCategory.LineSeparator:
                case UnicodeCategory.ParagraphSeparator:
                case UnicodeCategory.Surrogate:
                    return $"A name must not contain control or invisible formatting characters (U+{(int)name[i]:X4} at position {i}).";
            }
            if (char.IsHighSurrogate(name[i])) i++;
        }
        return null;
    }
}
