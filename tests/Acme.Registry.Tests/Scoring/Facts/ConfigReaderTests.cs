using System.Text;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Tests.Scoring.Facts;

public sealed class ConfigReaderTests
{
    private static ConfigFacts Read(string json) => ConfigReader.Read("config.json", Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("[1]", "an array")]
    [InlineData("5", "a number")]
    [InlineData("null", "null")]
    [InlineData("", "not JSON")]
    [InlineData("{\"a\":", "not JSON")]
    [InlineData("{\"_name_or_path\":5}", "'_name_or_path' is a number")]
    [InlineData("{\"model_type\":\"\\ud800\"}", "not JSON")]
    public void What_is_wrong_becomes_a_fact(string json, string problem) => Assert.Contains(problem, Read(json).Problem, StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_becomes_a_fact() => Assert.Contains("not JSON", Read(new string('[', 100_000)).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Equal("bert", Read("\uFEFF{\"model_type\":\"bert\",\"_name_or_path\":\"\"}").ModelType);
}
