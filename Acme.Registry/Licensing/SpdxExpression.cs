using System.Diagnostics.CodeAnalysis;

namespace Acme.Registry.Licensing;

/// <summary>
/// A licence expression: identifiers joined by <c>AND</c>, <c>OR</c>, <c>WITH</c> and parentheses. Grammar: SPDX specification 2.3,
/// annex D; operators are read in any letter case, and Hugging Face's keys as identifiers.
/// </summary>
public abstract record SpdxExpression
{
    /// <summary>Longest expression that is read, in characters.</summary>
    public const int MaxLength = 500;

    private SpdxExpression()
    {
    }

    /// <summary>One licence.</summary>
    /// <param name="Id">In canonical letter case where it is known.</param>
    /// <param name="Exception">What follows <c>WITH</c>.</param>
    public sealed record License(string Id, string? Exception) : SpdxExpression
    {
        /// <inheritdoc/>
        public override string ToString() => Exception is null ? Id : $"{Id} WITH {Exception}";
    }

    /// <summary>Both apply.</summary>
    public sealed record And(SpdxExpression Left, SpdxExpression Right) : SpdxExpression
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Inside(Left)} AND {Inside(Right)}";

        private static string Inside(SpdxExpression part) => part is Or ? $"({part})" : part.ToString()!;
    }

    /// <summary>Whoever uses it chooses.</summary>
    public sealed record Or(SpdxExpression Left, SpdxExpression Right) : SpdxExpression
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Left} OR {Right}";
    }

    /// <summary>Every licence in it, in order.</summary>
    public IEnumerable<License> Licenses() => this switch
    {
        And and => and.Left.Licenses().Concat(and.Right.Licenses()),
        Or or => or.Left.Licenses().Concat(or.Right.Licenses()),
        _ => [(License)this],
    };

    /// <summary>Whether a condition holds for it: for both sides of <c>AND</c>, for one of <c>OR</c>.</summary>
    public bool Satisfies(Func<License, bool> condition) => this switch
    {
        And and => and.Left.Satisfies(condition) && and.Right.Satisfies(condition),
        Or or => or.Left.Satisfies(condition) || or.Right.Satisfies(condition),
        _ => condition((License)this),
    };

    /// <summary>The best value it allows: the lower one of <c>AND</c>, the higher one of <c>OR</c>.</summary>
    public double Best(Func<License, double> value) => this switch
    {
        And and => Math.Min(and.Left.Best(value), and.Right.Best(value)),
        Or or => Math.Max(or.Left.Best(value), or.Right.Best(value)),
        _ => value((License)this),
    };

    /// <summary>Reads an expression; identifiers that are well-formed but unknown are kept as they are written.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SpdxExpression? expression)
    {
        expression = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength) return false;
        // Some keys hold spaces ("apache license 2.0"), which no grammar expects.
        if (LicenseKeys.ToSpdx(text.Trim()) is { } whole)
        {
            expression = new License(whole, null);
            return true;
        }
        var parser = new Parser(text);
        expression = parser.Disjunction(0);
        if (!parser.AtEnd) expression = null;
        return expression is not null;
    }

    private sealed class Parser(string text)
    {
        private const int MaxDepth = 50;

        private readonly string[] _tokens = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        private int _next;

        public bool AtEnd => _next == _tokens.Length;

        public SpdxExpression? Disjunction(int depth)
        {
            var left = Conjunction(depth);
            while (left is not null && Take("OR")) left = Conjunction(depth) is { } right ? new Or(left, right) : null;
            return left;
        }

        private SpdxExpression? Conjunction(int depth)
        {
            var left = Simple(depth);
            while (left is not null && Take("AND")) left = Simple(depth) is { } right ? new And(left, right) : null;
            return left;
        }

        private SpdxExpression? Simple(int depth)
        {
            if (Take("(")) return depth < MaxDepth && Disjunction(depth + 1) is { } inner && Take(")") ? inner : null;
            if (Identifier() is not { } id) return null;
            if (!Take("WITH")) return new License(Canonical(id), null);
            return Identifier() is { } exception ? new License(Canonical(id), exception) : null;
        }

        private string? Identifier()
        {
            if (AtEnd) return null;
            var token = _tokens[_next];
            if (token.ToUpperInvariant() is "AND" or "OR" or "WITH" or "(" or ")") return null;
            if (!token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or ':')) return null;
            _next++;
            return token;
        }

        private bool Take(string token)
        {
            if (AtEnd || !string.Equals(_tokens[_next], token, StringComparison.OrdinalIgnoreCase)) return false;
            _next++;
            return true;
        }

        /// <summary>"GPL-2.0+" is how SPDX wrote "GPL-2.0-or-later" before 3.0; for licences without such a form the plus changes nothing here.</summary>
        private static string Canonical(string id)
        {
            if (LicenseKeys.ToSpdx(id) is { } known) return known;
            if (!id.EndsWith('+')) return id;
            var plain = id[..^1];
            var orLater = (plain.EndsWith("-only", StringComparison.OrdinalIgnoreCase) ? plain[..^5] : plain) + "-or-later";
            return KnownLicense.Find(orLater)?.Id ?? LicenseKeys.ToSpdx(plain) ?? id;
        }
    }
}
