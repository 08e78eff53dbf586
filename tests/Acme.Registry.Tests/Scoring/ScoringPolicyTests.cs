using System.Text;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Policies;

namespace Acme.Registry.Tests.Scoring;

public sealed class ScoringPolicyTests
{
    private static readonly string Weights = string.Join(',', Metrics.All.Select(m => $"\"{m.Name}\":1"));

    private static string Json(string weights, string rest = "\"thresholds\":{}") => $$"""{"name":"n","version":"1","mode":"observe","weights":{{{weights}}},{{rest}}}""";

    private static ScoringPolicy Parse(string json) => ScoringPolicy.Parse(Encoding.UTF8.GetBytes(json), "test.json");

    [Fact]
    public void The_shipped_policies_are_as_described()
    {
        Assert.Equal(PolicyMode.Observe, ScoringPolicy.Default.Mode);
        Assert.Equal(PolicyMode.Enforce, ScoringPolicy.Strict.Mode);
        Assert.Equal(ScoringPolicy.Default.Weights, ScoringPolicy.Strict.Weights);
        Assert.Equal(Metrics.All.Select(m => m.Name).Append("net_score").Order(), ScoringPolicy.Strict.Thresholds.Keys.Order());
        Assert.All(ScoringPolicy.Strict.Thresholds.Values, t => Assert.Equal(0.5, t));
        Assert.Same(ScoringPolicy.Strict, ScoringPolicy.Load("strict"));
    }

    [Fact]
    public void A_policy_is_read_from_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Json(Weights));
            Assert.Equal("n", ScoringPolicy.Load(file).Name);
        }
        finally
        {
            File.Delete(file);
        }
        Assert.Contains(file, Assert.Throws<InvalidPolicyException>(() => ScoringPolicy.Load(file)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "{", "line 1" },
        { "[]", "$" },
        { Json(Weights).Replace("observe", "perhaps", StringComparison.Ordinal), "$.mode" },
        { Json(Weights).Replace("\"name\":\"n\"", "\"name\":\" \"", StringComparison.Ordinal), "name is empty" },
        { Json(Weights).Replace("\"version\":\"1\",", "", StringComparison.Ordinal), "version" },
        { Json(Weights + ",\"beauty\":1"), "weights.beauty" },
        { Json(Weights.Replace("\"license\":1,", "", StringComparison.Ordinal)), "weights.license is missing" },
        { Json(Weights.Replace("\"license\":1", "\"license\":-1", StringComparison.Ordinal)), "weights.license" },
        { Json(Weights.Replace(":1", ":0", StringComparison.Ordinal)), "all be 0" },
        { Json(Weights, "\"thresholds\":{\"license\":2}"), "thresholds.license" },
        { Json(Weights, "\"thresholds\":{\"beauty\":0.5}"), "thresholds.beauty" },
        { Json(Weights, "\"thresholds\":null"), "thresholds" },
        { Json(Weights, "\"thresholds\":{},\"allowedLicenses\":[\"not a licence\"]"), "allowedLicenses" },
        { Json(Weights, "\"thresholds\":{},\"colour\":1"), "colour" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(string json, string named)
    {
        var e = Assert.Throws<InvalidPolicyException>(() => Parse(json));

        Assert.Contains("test.json", e.Message, StringComparison.Ordinal);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("MIT OR GPL-3.0-only", true)]
    [InlineData("MIT AND GPL-3.0-only", false)]
    [InlineData("GPL-3.0-only", false)]
    [InlineData(null, false)]
    public void Only_allowed_licences_are_accepted(string? license, bool accepted)
    {
        var policy = Parse(Json(Weights, "\"thresholds\":{},\"allowedLicenses\":[\"mit\",\"apache-2.0\"]"));

        var verdict = Verdict.Of(policy, [], 1, license);

        Assert.Equal(accepted, verdict.Accepted);
        Assert.False(verdict.Rejects);
    }

    [Fact]
    public void A_verdict_names_each_failed_metric_with_score_threshold_and_reason_and_passes_over_what_is_not_applicable()
    {
        var verdict = Verdict.Of(ScoringPolicy.Strict, [Result("license", 0.4), Result("bus_factor", 0.5), Result("tree_score", -1), Result("code_quality", 0) with { Failure = "It broke." }], 0.6, "MIT");

        Assert.True(verdict.Rejects);
        Assert.Equal([("license", 0.4, 0.5), ("code_quality", 0, 0.5)], verdict.Failures.Select(f => (f.Metric, f.Score, f.Threshold)));
        Assert.Contains("It broke.", verdict.Failures[1].Reason, StringComparison.Ordinal);
    }

    private static MetricResult Result(string name, double score) => new() { Name = name, Score = score, Latency = 0, Findings = [] };
}
