using System.Globalization;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.BusFactor;
using Acme.Registry.Scoring.CodeQuality;
using Acme.Registry.Scoring.DatasetAndCode;
using Acme.Registry.Scoring.DatasetQuality;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.PerformanceClaims;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.RampUpTime;
using Acme.Registry.Scoring.Reproducibility;

namespace Acme.Registry.Tests.Scoring;

public sealed class DocumentationTests
{
    private readonly string _document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scoring.md"));

    public static TheoryData<string> Names => [.. Metrics.All.Select(m => m.Name)];

    private static readonly Dictionary<string, Checklist> Checklists = new()
    {
        ["ramp_up_time"] = RampUpTimeMetric.Checklist,
        ["bus_factor"] = BusFactorMetric.Checklist,
        ["performance_claims"] = PerformanceClaimsMetric.Checklist,
        ["dataset_and_code_score"] = DatasetAndCodeMetric.Checklist,
        ["dataset_quality"] = DatasetQualityMetric.Checklist,
        ["code_quality"] = CodeQualityMetric.Checklist,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_metric_has_a_section_that_names_its_probes_with_their_shares(string name)
    {
        var start = _document.IndexOf($"### {name}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{name} has no section.");
        var section = _document[start..(_document.IndexOf("\n##", start + 1, StringComparison.Ordinal) is var end and > 0 ? end : _document.Length)];

        Assert.All(Metrics.All.Single(m => m.Name == name).Probes, p => Assert.Contains($"`{p}`", section, StringComparison.Ordinal));
        if (!Checklists.TryGetValue(name, out var checklist)) return;
        var documented = section.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => string.Join('|', l.Split('|')[1..3].Select(c => c.Trim())));
        Assert.Equal(checklist.Criteria.Select(c => string.Create(CultureInfo.InvariantCulture, $"`{c.Probe}`|{c.Weight:0.00}")), documented);
        Assert.All(checklist.Criteria.Where(c => c.Full != 1), c => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"full at {c.Full}"), section, StringComparison.Ordinal));
    }

    [Fact]
    public void The_shares_of_the_static_checks_of_a_demo_are_documented() =>
        Assert.All(ReproducibilityMetric.Shares, s => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| `{s.Key}` | {s.Value:0.00} |"), _document, StringComparison.Ordinal));

    [Fact]
    public void Every_weight_of_the_shipped_policies_is_documented()
    {
        foreach (var policy in new[] { ScoringPolicy.Default, ScoringPolicy.Strict })
        {
            Assert.All(policy.Weights, w => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| `{w.Key}` | {w.Value:0.00} |"), _document, StringComparison.Ordinal));
        }
    }
}
