using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Policies;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Scoring;

/// <summary>
/// Texts in which each of many thousand places looks like the beginning of something that a metric looks for, and none is. A pattern that goes
/// over the rest again from each of them would not come to an end in hours.
/// </summary>
public sealed class HostileTextTests
{
    private const int Length = 400_000;

    [Theory]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1,1 ")]
    [InlineData("1 k ")]
    [InlineData("a1 ")]
    [InlineData("todo(https://")]
    [InlineData("[n/a](https://")]
    [InlineData("https://")]
    [InlineData("model-")]
    [InlineData("modelNumber")]
    [InlineData("apache license version ")]
    [InlineData("general public license ")]
    [InlineData("train set_")]
    [InlineData("collected ")]
    [InlineData("./a/")]
    public async Task A_card_of_repeated_beginnings_is_rated(string beginning)
    {
        var many = string.Concat(Enumerable.Repeat(beginning, Length / beginning.Length));
        var card = $"# Training data\n\n{many}\n\n## Evaluation\n\n| x | y |\n|---|---|\n| {many[..100_000]}x | 1 |\n\n```python\nopen(\"{many[..100_000]}\")\n```\n";
        var rating = await RateAsync(Text("README.md", card));
        Assert.All(Metrics.All, m => Assert.Null(rating[m.Name].Failure));
    }

    [Theory]
    [InlineData("tests/")]
    [InlineData("tests/.")]
    [InlineData("test_")]
    [InlineData("eval")]
    [InlineData("checkpoint-1/")]
    [InlineData("checkpoint-1")]
    [InlineData("requirements.")]
    public async Task Files_of_repeated_beginnings_are_rated(string beginning)
    {
        var many = string.Concat(Enumerable.Repeat(beginning, 900 / beginning.Length));
        var rating = await RateAsync([Text("README.md", Cards.Poor), .. Enumerable.Range(0, 2_000).Select(i => Text($"{many}{i}!", ""))]);
        Assert.All(Metrics.All, m => Assert.Null(rating[m.Name].Failure));
    }

    private static async Task<Rating> RateAsync(params (string, byte[])[] files) =>
        RatingEngine.Rate(await new Registered().CollectAsync(files), ScoringPolicy.Default, Metrics.All, TimeProvider.System);
}
