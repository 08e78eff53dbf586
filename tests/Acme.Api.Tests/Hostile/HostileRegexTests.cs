using System.Net.Http.Json;
using System.Text;

namespace Acme.Api.Tests.Hostile;

/// <summary>Patterns made to cost much, or that the linear-time engine does not have.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class HostileRegexTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("[a-")]
    [InlineData("*")]
    [InlineData("a{2,1}")]
    [InlineData("\\")]
    [InlineData("(?<name>x")]
    [InlineData("\\p{NoSuchCategory}")]
    [InlineData("(?=look)ahead")]
    [InlineData("(?!look)ahead")]
    [InlineData("(?<=look)behind")]
    [InlineData("(?<!look)behind")]
    [InlineData("(a)\\1")]
    [InlineData("(?<x>a)\\k<x>")]
    [InlineData("(?>atomic)")]
    [InlineData("(a{1000}){1000}")]
    [InlineData("((((a{99}){99}){99}){99}){99}")]
    public async Task A_pattern_that_is_invalid_too_large_or_beyond_the_engine_is_400(string pattern)
    {
        using var response = await SearchAsync(pattern);
        Assert.False(string.IsNullOrWhiteSpace(await response.ProblemAsync(400)));
    }

    [Fact]
    public async Task A_thousand_characters_are_searched_for_and_one_more_is_refused()
    {
        await (await SearchAsync(new string('q', 1000))).ProblemAsync(404);
        Assert.Contains("1000", await (await SearchAsync(new string('q', 1001))).ProblemAsync(400));
    }

    [Fact]
    public async Task A_pattern_that_explodes_elsewhere_answers_over_a_text_made_for_it()
    {
        var card = "# Trap\n\n" + new string('a', 200_000) + "!";
        await registry.Admin.UploadAsync(Zips.SmallModel(card), "regex-trap");
        foreach (var pattern in new[] { "^(a+)+$", "(a|a)*b", "(a*)*c", "(.*a){12}d", "(x+x+)+y", "([a-z]+)*=", "^(([a-z])+.)+[A-Z]([a-z])+$" })
        {
            using var response = await SearchAsync(pattern);
            Assert.True((int)response.StatusCode is 200 or 400 or 404, $"{pattern}: {(int)response.StatusCode}");
        }
        using var found = await SearchAsync("a!");
        Assert.Equal("regex-trap", Assert.Single((await found.JsonAsync()).EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_pattern_with_any_characters_is_only_a_pattern()
    {
        foreach (var pattern in new[] { "'; DROP TABLE artifact; --", "\"\" OR 1=1", "%_%", "\0", "\u202E", "🙂+", "NEAR(a b)" })
            Assert.True((int)(await SearchAsync(pattern)).StatusCode is 200 or 404, pattern);
        using var raw = await registry.Admin.PostAsync("/artifact/byRegEx", new StringContent("""{"regex":"\ud83d"}""", Encoding.UTF8, "application/json"));
        await raw.ProblemAsync(400);
    }

    private Task<HttpResponseMessage> SearchAsync(string pattern) => registry.Admin.PostAsJsonAsync("/artifact/byRegEx", new { regex = pattern });
}
