using Acme.Registry.Search;

namespace Acme.Registry.Tests.Search;

public sealed class SearchPatternTests
{
    [Fact]
    public void Many_patterns_that_come_at_once_and_again_each_find_their_own()
    {
        Parallel.For(0, 2000, i =>
        {
            var number = i % 50;
            Assert.True(SearchPattern.Parse($"^model-{number}$").IsFoundIn($"model-{number}"));
            Assert.False(SearchPattern.Parse($"^model-{number}$").IsFoundIn($"model-{number + 1}"));
        });
    }

    [Fact]
    public void A_pattern_that_was_refused_is_refused_again()
    {
        for (var i = 0; i < 2; i++) Assert.Throws<InvalidPatternException>(() => SearchPattern.Parse("(unclosed"));
    }
}
