using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Tests.Scoring.Facts;

public sealed class CardDocumentTests
{
    [Fact]
    public void Sections_code_and_tables_are_found_with_their_lines()
    {
        var card = CardDocument.Parse(Cards.Good);
        var lines = Cards.Good.Split('\n');

        Assert.Equal(["Model", "How to use", "Training data", "Evaluation", "Limitations", "License"], card.Sections.Select(s => s.Heading));
        Assert.All(card.Sections, s => Assert.EndsWith(s.Heading, lines[s.Line - 1], StringComparison.Ordinal));
        Assert.Equal(["bash", "python"], card.Code.Select(c => c.Language));
        Assert.All(card.Code, c => Assert.StartsWith(lines[c.Line - 1], c.Text, StringComparison.Ordinal));
        Assert.Equal(["Dataset", "Accuracy"], Assert.Single(card.Tables).Header);
        Assert.Equal(2, card.Tables[0].Rows.Count);
    }

    [Fact]
    public void Headings_inside_code_are_code_and_an_open_fence_runs_to_the_end()
    {
        var card = CardDocument.Parse("# A\n```python\n# B\nx = 1\n");

        Assert.Equal(["A"], card.Sections.Select(s => s.Heading));
        Assert.Equal("# B\nx = 1\n", Assert.Single(card.Code).Text);
    }

    [Theory]
    [InlineData("```")]
    [InlineData("|")]
    [InlineData("#")]
    [InlineData("---\n")]
    [InlineData("[")]
    [InlineData("| - |\n")]
    [InlineData("https://")]
    public void Hostile_repetition_is_read_to_its_end(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, CardFacts.MaxText / part.Length));

        Assert.NotNull(CardDocument.Parse(text));
        Assert.True(LinkFinder.Find(text).Count <= LinkFinder.MaxLinks);
    }
}
