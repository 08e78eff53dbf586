namespace Acme.Registry.Search;

/// <summary>A regular expression as far as its literals go.</summary>
internal abstract record PatternPart
{
    /// <summary>Something of which nothing is known: it may match any text, or none.</summary>
    public static PatternPart Unknown { get; } = new Anything();

    /// <summary>This character and no other (but for the case of an ASCII letter).</summary>
    public sealed record Character(char Value) : PatternPart;

    /// <summary>One part right after the other.</summary>
    public sealed record Sequence(IReadOnlyList<PatternPart> Parts) : PatternPart;

    /// <summary>One of the branches.</summary>
    public sealed record Choice(IReadOnlyList<PatternPart> Branches) : PatternPart;

    private sealed record Anything : PatternPart;
}
