using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Tests.Scoring.Facts;

public sealed class FrontMatterParserTests
{
    [Theory]
    [InlineData("---\nlicense: mit\ntags: [a, b\n---\n", "line 4")]
    [InlineData("---\nlicense: mit\n\tbad: x\n---\n", "line 2")]
    [InlineData("---\nlicense: mit\nlicense: gpl\n---\n", "stands twice")]
    [InlineData("---\na: &a [x, x]\nb: [*a, *a]\n---\n", "anchors")]
    [InlineData("---\n- one\n- two\n---\n", "not a mapping")]
    [InlineData("---\nlicense: mit\n", "no closing")]
    [InlineData("---\n? [a, b]\n: c\n---\n", "not a text")]
    public void What_is_wrong_is_said_with_its_place(string card, string problem)
    {
        var (frontMatter, found) = FrontMatterParser.Parse(card);

        Assert.Contains(problem, found, StringComparison.Ordinal);
        Assert.Equal(FrontMatter.Empty, frontMatter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# Title\n---\n")]
    [InlineData("---\n---\nbody")]
    [InlineData("----\nlicense: mit\n----\n")]
    public void A_card_without_metadata_has_no_problem(string card) => Assert.Equal((FrontMatter.Empty, null), FrontMatterParser.Parse(card));

    [Fact]
    public void Wrong_types_are_passed_over()
    {
        var (frontMatter, problem) = FrontMatterParser.Parse("---\nlicense: {a: b}\ndatasets: x\nmodel-index: 5\ntags: [[a], b, null]\npipeline_tag: [x]\n---\n");

        Assert.Null(problem);
        Assert.Empty(frontMatter.License);
        Assert.Equal(["x"], frontMatter.Datasets);
        Assert.Equal(["b"], frontMatter.Tags);
        Assert.Null(frontMatter.PipelineTag);
    }

    [Fact]
    public void Bombs_of_nesting_count_and_length_are_refused()
    {
        Assert.Contains("nested", FrontMatterParser.Parse($"---\na: {new string('[', 5000)}\n---\n").Problem, StringComparison.Ordinal);
        Assert.Contains("values", FrontMatterParser.Parse($"---\na: [{string.Join(',', Enumerable.Repeat("1", 60_000))}]\n---\n").Problem, StringComparison.Ordinal);
        Assert.Contains("longer", FrontMatterParser.Parse($"---\na: {new string('x', 300_000)}\n---\n").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void However_metadata_is_damaged_it_is_read_or_refused()
    {
        var random = new Random(11);
        var problems = 0;
        for (var i = 0; i < 2000; i++)
        {
            var card = Cards.Good.ToCharArray();
            for (var n = 0; n < 8; n++) card[4 + random.Next(400)] = "[]{}:,&*!|>'\"%@`#-? \n\tx\0"[random.Next(24)];
            if (FrontMatterParser.Parse(new(card)).Problem is not null) problems++;
        }
        Assert.InRange(problems, 1, 2000);
    }
}
