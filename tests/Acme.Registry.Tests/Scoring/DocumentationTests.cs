using System.Globalization;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Policies;

namespace Acme.Registry.Tests.Scoring;

public sealed class DocumentationTests
{
    private readonly string _document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scoring.md"));

    [Fact]
    public void Every_metric_and_probe_is_documented()
    {
        Assert.All(Metrics.All, m => Assert.Contains($"### {m.Name}\n", _document, StringComparison.Ordinal));
        Assert.All(Metrics.All.Where(m => m.Name is not ("license" or "size_score")).SelectMany(m => m.Probes), p => Assert.Contains(p, _document, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_weight_of_the_shipped_policies_is_documented()
    {
        foreach (var policy in new[] { ScoringPolicy.Default, ScoringPolicy.Strict })
        {
            Assert.All(policy.Weights, w => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| `{w.Key}` | {w.Value:0.00} |"), _document, StringComparison.Ordinal));
        }
    }
}
