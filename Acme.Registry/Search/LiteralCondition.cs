namespace Acme.Registry.Search;

/// <summary>A necessary condition for a regular expression to be found in a text: literals joined by "and" and "or".</summary>
public abstract record LiteralCondition
{
    /// <summary>The text contains this literal (three or more characters), letter case ignored.</summary>
    public sealed record Contains(string Literal) : LiteralCondition;

    /// <summary>All of the parts hold.</summary>
    public sealed record All(IReadOnlyList<LiteralCondition> Parts) : LiteralCondition;

    /// <summary>At least one of the parts holds.</summary>
    public sealed record Any(IReadOnlyList<LiteralCondition> Parts) : LiteralCondition;

    /// <summary>What must hold for the pattern to match, or null where nothing useful can be told. Errs only towards null.</summary>
    public static LiteralCondition? Of(string pattern) => null;
}
