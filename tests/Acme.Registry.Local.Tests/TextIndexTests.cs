using Acme.Registry.Local.Sqlite;
using Acme.Registry.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Acme.Registry.Local.Tests;

public sealed class TextIndexTests
{
    [Fact]
    public void The_index_passes_over_no_text_that_contains_the_literal_in_any_case()
    {
        using var directory = new TemporaryDirectory();
        using var session = Open(directory);
        var letters = Gen.Elements("aAbBxX \"'*-+(){}:^.,\\\nñÑéÉßẞςΣσıİKkſs模型ДдǅǆΩΩ\0😀𐐀𐐨Ꭰꭰ𞤀𞤢".EnumerateRunes().Select(r => r.ToString()).ToArray());
        var texts = from length in Gen.Choose(3, 30) from parts in letters.ArrayOf(length) select string.Concat(parts);
        var seq = 0;
        Prop.ForAll(Arb.From(from text in texts from start in Gen.Choose(0, text.Length) from length in Gen.Choose(1, 12) select (text, start, length)), sample =>
        {
            var (text, start, length) = sample;
            // Cut anywhere, between the halves of a surrogate pair too.
            var literal = text.Substring(start, Math.Min(length, text.Length - start));
            TextIndex.Put(session, ++seq, text, "");
            foreach (var variant in new[] { literal, literal.ToUpperInvariant(), literal.ToLowerInvariant() })
            {
                if (TextIndex.Expression(new LiteralCondition.Contains(variant)) is not { } expression) continue;
                Assert.Contains(Matches(session, expression), found => found == seq);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Conditions_are_joined_and_only_what_meets_them_is_a_candidate()
    {
        using var directory = new TemporaryDirectory();
        using var session = Open(directory);
        TextIndex.Put(session, 1, "alpha", "bravo");
        TextIndex.Put(session, 2, "alpha", "charlie");
        TextIndex.Put(session, 3, "delta \"quoted\" AND NOT", "");
        LiteralCondition Contains(string literal) => new LiteralCondition.Contains(literal);

        Assert.Equal([1, 2], Candidates(Contains("ALPHA")));
        Assert.Equal([1], Candidates(new LiteralCondition.All([Contains("alpha"), Contains("bravo")])));
        Assert.Equal([1, 3], Candidates(new LiteralCondition.Any([Contains("bravo"), Contains("delta")])));
        Assert.Equal([2, 3], Candidates(new LiteralCondition.Any(
            [new LiteralCondition.All([Contains("alpha"), Contains("charlie")]), Contains("\"quoted\" AND NOT")])));
        Assert.Equal([1, 2], Candidates(new LiteralCondition.All([Contains("alpha"), Contains("😀a")])));
        Assert.Empty(Candidates(Contains("alphabet")));
        // What the index cannot answer must let everything through.
        Assert.Null(TextIndex.Expression(null));
        Assert.Null(TextIndex.Expression(Contains("😀a")));
        Assert.Null(TextIndex.Expression(Contains("ab\0cd")));
        Assert.Null(TextIndex.Expression(new LiteralCondition.Any([Contains("alpha"), Contains("a\ud83d")])));

        long[] Candidates(LiteralCondition condition) => [.. Matches(session, TextIndex.Expression(condition)!)];
    }

    [Fact]
    public void A_condition_of_any_depth_and_width_is_an_expression_that_can_be_run_or_none()
    {
        using var directory = new TemporaryDirectory();
        using var session = Open(directory);
        TextIndex.Put(session, 1, "alpha", "");
        LiteralCondition nested = new LiteralCondition.Contains("alpha");
        for (var depth = 1; depth <= 300; depth++)
        {
            nested = depth % 2 == 0 ? new LiteralCondition.All([nested]) : new LiteralCondition.Any([nested, new LiteralCondition.Contains("bravo")]);
            if (TextIndex.Expression(nested) is { } expression) Assert.Equal([1L], Matches(session, expression));
            else Assert.True(depth > 20, "What users write in earnest is left out.");
        }
        Assert.Null(TextIndex.Expression(nested));
        var wide = new LiteralCondition.Any([.. Enumerable.Range(0, 300).Select(i => new LiteralCondition.Contains($"alpha {i}")), new LiteralCondition.Contains("alpha")]);
        Assert.Equal([1L], Matches(session, TextIndex.Expression(wide)!));
    }

    private static SqliteSession Open(TemporaryDirectory directory)
    {
        var session = SqliteSession.OpenWriter(directory["catalog.db"]);
        Migrations.Apply(session, directory["catalog.db"]);
        return session;
    }

    private static List<long> Matches(SqliteSession session, string expression) => session.All(
        row => row.GetInt64(0), "SELECT rowid FROM artifact_text WHERE artifact_text MATCH @match ORDER BY rowid", ("@match", expression));
}
