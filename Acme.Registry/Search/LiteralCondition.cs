namespace Acme.Registry.Search;

/// <summary>A necessary condition for a regular expression to be found in a text: literals joined by "and" and "or".</summary>
public abstract record LiteralCondition
{
    /// <summary>Shortest literal that is worth asking an index for, in characters: indexes are made of trigrams.</summary>
    public const int MinLength = 3;

    /// <summary>Most literals in one condition; what goes beyond is left out.</summary>
    public const int MaxLiterals = 64;

    /// <summary>The text contains this literal (three or more characters), letter case ignored.</summary>
    public sealed record Contains(string Literal) : LiteralCondition;

    /// <summary>All of the parts hold.</summary>
    public sealed record All(IReadOnlyList<LiteralCondition> Parts) : LiteralCondition;

    /// <summary>At least one of the parts holds.</summary>
    public sealed record Any(IReadOnlyList<LiteralCondition> Parts) : LiteralCondition;

    /// <summary>What must hold for the pattern to match, or null where nothing useful can be told. Errs only towards null.</summary>
    /// <param name="pattern">A .NET regular expression; one that is not valid gives null or any condition.</param>
    public static LiteralCondition? Of(string pattern)
    {
        if (pattern.Length > SearchPattern.MaxLength || PatternParser.Parse(pattern) is not { } parsed) return null;
        var left = MaxLiterals;
        return Required(parsed, ref left);
    }

    private static LiteralCondition? Required(PatternPart part, ref int left) => part switch
    {
        PatternPart.Choice choice => RequiredOfChoice(choice, ref left),
        _ => RequiredOfSequence(part, ref left),
    };

    /// <summary>Every branch must demand something: a branch that demands nothing lets any text through.</summary>
    private static Any? RequiredOfChoice(PatternPart.Choice choice, ref int left)
    {
        var budget = left;
        var branches = new List<LiteralCondition>();
        foreach (var branch in choice.Branches)
        {
            if (Required(branch, ref budget) is not { } required) return null;
            branches.Add(required);
        }
        left = budget;
        return new(branches);
    }

    private static LiteralCondition? RequiredOfSequence(PatternPart part, ref int left)
    {
        var parts = new List<LiteralCondition>();
        var start = 0;
        var flat = new List<PatternPart>();
        Flatten(part, flat);
        while (start < flat.Count)
        {
            var end = start;
            while (end < flat.Count && flat[end] is PatternPart.Character) end++;
            if (end - start >= MinLength && left > 0)
            {
                parts.Add(new Contains(string.Concat(flat[start..end].Select(c => ((PatternPart.Character)c).Value))));
                left--;
            }
            if (end < flat.Count && flat[end] is PatternPart.Choice choice && RequiredOfChoice(choice, ref left) is { } required) parts.Add(required);
            start = end + 1;
        }
        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => new All(parts),
        };
    }

    /// <summary>Takes groups apart, so that literals run on through their brackets.</summary>
    private static void Flatten(PatternPart part, List<PatternPart> into)
    {
        if (part is PatternPart.Sequence sequence)
        {
            foreach (var inner in sequence.Parts) Flatten(inner, into);
        }
        else
        {
            into.Add(part);
        }
    }
}
