using System.Text.RegularExpressions;
using Acme.Registry.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Acme.Registry.Tests.Search;

public sealed class LiteralConditionTests
{
    [Theory]
    [InlineData("whisper.en", "A WHISPER.EN card", true)]
    [InlineData("whisper.en", "a whisperXen card", false)]
    [InlineData("Größe", "der GRÖßE nach", true)]
    [InlineData("a(b", "xA(Bx", true)]
    [InlineData("\U0001F600k", "so: \U0001F600K", true)]
    public void What_a_person_types_is_found_as_it_stands_in_any_case(string typed, string text, bool found)
    {
        Assert.Equal(found, SearchPattern.ForText(typed).IsFoundIn(text));
        Assert.NotNull(SearchPattern.ForText("whisper").Literals);
    }

    [Theory]
    [InlineData("bert", "bert")]
    [InlineData("Bert-Base", "Bert-Base")]
    [InlineData(".*?(audience|bert).*", "any(audience, bert)")]
    [InlineData("^google/(bert|t5x)-(base|large)$", "all(google/, any(bert, t5x), any(base, large))")]
    [InlineData("(?:abc)(def)(?<n>ghi)(?'m'jkl)", "abcdefghijkl")]
    [InlineData("abc.def", "all(abc, def)")]
    [InlineData("abcd?", "abc")]
    [InlineData("abcd*efg", "all(abc, efg)")]
    [InlineData("abc+def", "all(abc, def)")]
    [InlineData("abc{2,}?def", "all(abc, def)")]
    [InlineData("abcd{0,3}efg", "all(abc, efg)")]
    [InlineData("(abc)+d", "abc")]
    [InlineData("(abc){1}(def){0}", "abc")]
    [InlineData("(abc|def)?ghi", "ghi")]
    [InlineData("abc{,2}", "abc{,2}")]
    [InlineData("abc{x}", "abc{x}")]
    [InlineData(@"whisper\-tiny\.en", "whisper-tiny.en")]
    [InlineData("gpt[-]2[.]", "gpt-2.")]
    [InlineData(@"gpt[\-]2", "gpt-2")]
    [InlineData("gpt[-_]neo", "all(gpt, neo)")]
    [InlineData("abc[]x]def", "all(abc, def)")]
    [InlineData(@"abc[^]\]]def", "all(abc, def)")]
    [InlineData(@"\x61\u0062c\td", "abc\td")]
    [InlineData(@"abc\d+def\p{Lu}ghi\bjkl", "all(abc, def, ghi, jkl)")]
    [InlineData("größe", "größe")]
    [InlineData("[wW][hH][iI][sS][pP][eE][rR]-[Tt]", "whisper-t")]
    [InlineData("abc[aB]def[a@]", "all(abc, def)")]
    [InlineData("(?i)bert", "bert")]
    [InlineData("(?i)whisper", "per")]
    [InlineData("(?i:abc)Def", "abcDef")]
    [InlineData("a(?i)bcd|efg", "any(abcd, efg)")]
    [InlineData("((?i)task)ask", "ask")]
    [InlineData("(?i)(?-i)kiss", "kiss")]
    [InlineData("(?-x)abc", "abc")]
    [InlineData("(abc|(def|ghi))", "any(abc, any(def, ghi))")]
    public void The_literals_of_a_pattern_are_found(string pattern, string expected) => Assert.Equal(expected, Show(LiteralCondition.Of(pattern)));

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData(".*")]
    [InlineData("[abc][def][ghi]")]
    [InlineData("a.b.c.d")]
    [InlineData("(bert|t5)")]
    [InlineData("bert|")]
    [InlineData("(abc)?")]
    [InlineData("(abc)*")]
    [InlineData("(abc){0,5}")]
    [InlineData("(?i)kiss")]
    [InlineData("(?i)öäü")]
    [InlineData("(?x)a b c d")]
    [InlineData("abc(?x: d )")]
    [InlineData("abc(?#comment)*")]
    [InlineData("abc(?=def)")]
    [InlineData("abc(?!def)")]
    [InlineData("(?<=abc)def")]
    [InlineData("(?>abc)")]
    [InlineData(@"(abc)\1")]
    [InlineData(@"\k<n>abc")]
    [InlineData(@"\cabcd")]
    [InlineData(@"abc[\c]]def")]
    [InlineData("abc[a-z-[b]]def")]
    [InlineData("(abc")]
    [InlineData("abc)def")]
    [InlineData("abc[")]
    [InlineData("abc\\")]
    [InlineData("*abc")]
    [InlineData("a\U0001F600b")]
    public void In_doubt_nothing_is_demanded(string pattern) => Assert.Null(LiteralCondition.Of(pattern));

    [Fact]
    public void The_condition_is_bounded()
    {
        var all = LiteralCondition.Of(string.Join('.', Enumerable.Repeat("abc", 200)));
        Assert.Equal(LiteralCondition.MaxLiterals, Assert.IsType<LiteralCondition.All>(all).Parts.Count);
        Assert.Null(LiteralCondition.Of(string.Join('|', Enumerable.Repeat("abc", 65))));
        Assert.NotNull(LiteralCondition.Of(string.Join('|', Enumerable.Repeat("abc", 64))));
        Assert.Null(LiteralCondition.Of(new string('a', SearchPattern.MaxLength + 1)));
        Assert.Equal("abc", Show(LiteralCondition.Of(new string('(', 400) + "abc" + new string(')', 400))));
    }

    [Fact]
    public void Whatever_matches_meets_the_condition()
    {
        var pairs =
            from pattern in Patterns(4)
            from texts in Texts.ListOf(30)
            select (pattern, texts);
        Holds(pairs, 3000, atLeast: 500);
    }

    [Fact]
    public void Whatever_matches_meets_the_condition_for_patterns_of_random_symbols_too()
    {
        var symbol = Gen.Frequency(
            (6, Gen.Elements("a", "b", "abb", "bab")),
            (3, Gen.Elements("|", "(", ")", "(?:", "(?i)", "(?-i)", "(?i:", "?", "*", "+")),
            (2, Gen.Elements("[", "]", "^", "-", "{", "}", "{1,}", "{2}", "{0,1}", ",", "1", @"\", @"\]", @"\x61", "#", "$", "k", "S", "\u212A")));
        var pairs =
            from symbols in symbol.ListOf().Where(s => s.Count < 12)
            from texts in Texts.ListOf(30)
            select (string.Concat(symbols), texts);
        Holds(pairs, 6000, atLeast: 100);
    }

    private static Gen<string> Texts =>
        from pieces in Gen.Elements("a", "b", "A", "B", "abb", "bab", "aba", "s", "k", "K", "i", "\u212A", "\u017F", "\u0130", "é", "É", "[", "{", "-", " ").ListOf()
        select string.Concat(pieces);

    private static Gen<string> Patterns(int depth)
    {
        var literal = Gen.Elements("a", "b", "ab", "abb", "bab", "Aba", "k", "s", "i", "\u212A", "é", @"\-", "[a]", "[kK]", "[Bb]", @"\u0062", @"\x61");
        var other = Gen.Elements(".", @"\w", "[ab]", "[^a]", @"\b", "^", "$", @"\p{L}", "[]b]");
        if (depth == 0) return Gen.Frequency((4, literal), (1, other));
        var inner = Patterns(depth - 1);
        return Gen.Frequency(
            (3, literal),
            (1, other),
            (4, inner.Two().Select(p => p.Item1 + p.Item2)),
            (2, inner.Two().Select(p => $"({p.Item1}|{p.Item2})")),
            (1, inner.Two().Select(p => $"(?:{p.Item1}|{p.Item2}|)")),
            (1, inner.Select(p => $"(?i:{p})")),
            (1, inner.Two().Select(p => $"(?<n>{p.Item1}(?i){p.Item2})")),
            (2, from p in inner from q in Gen.Elements("*", "+", "?", "{2}", "{0,2}", "{1,}", "+?", "*?") select $"(?:{p}){q}"));
    }

    /// <summary>Matches texts and checks the conditions. So that it cannot pass idly, that must have happened so many times at least (far fewer than is usual).</summary>
    private static void Holds(Gen<(string Pattern, List<string> Texts)> pairs, int count, int atLeast)
    {
        var checkedMatches = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true),
            Prop.ForAll(pairs.ToArbitrary(), pair =>
            {
                if (Compile(pair.Pattern) is not { } regex || LiteralCondition.Of(pair.Pattern) is not { } condition) return;
                foreach (var text in pair.Texts.Where(t => regex.IsMatch(t)))
                {
                    checkedMatches++;
                    Assert.True(IsMet(condition, text), $"/{pair.Pattern}/ matches '{text}' without {Show(condition)}");
                }
            }));
        Assert.InRange(checkedMatches, atLeast, int.MaxValue);
    }

    private static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsMet(LiteralCondition condition, string text) => condition switch
    {
        LiteralCondition.Contains(var literal) => literal.Length >= 3 && text.Contains(literal, StringComparison.OrdinalIgnoreCase),
        LiteralCondition.All(var parts) => parts.All(p => IsMet(p, text)),
        LiteralCondition.Any(var parts) => parts.Any(p => IsMet(p, text)),
        _ => throw new InvalidOperationException($"{condition} is no known condition."),
    };

    private static string? Show(LiteralCondition? condition) => condition switch
    {
        LiteralCondition.Contains(var literal) => literal,
        LiteralCondition.All(var parts) => $"all({string.Join(", ", parts.Select(Show))})",
        LiteralCondition.Any(var parts) => $"any({string.Join(", ", parts.Select(Show))})",
        _ => null,
    };
}
