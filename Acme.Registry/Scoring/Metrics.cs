using Acme.Registry.Scoring.BusFactor;
using Acme.Registry.Scoring.CodeQuality;
using Acme.Registry.Scoring.DatasetAndCode;
using Acme.Registry.Scoring.DatasetQuality;
using Acme.Registry.Scoring.License;
using Acme.Registry.Scoring.PerformanceClaims;
using Acme.Registry.Scoring.RampUpTime;
using Acme.Registry.Scoring.Reproducibility;
using Acme.Registry.Scoring.Reviewedness;
using Acme.Registry.Scoring.Size;
using Acme.Registry.Scoring.Tree;

namespace Acme.Registry.Scoring;

/// <summary>Every metric there is. A new one is a folder and a line here.</summary>
public static class Metrics
{
    /// <summary>In the order of the contract.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
    [
        new RampUpTimeMetric(),
        new BusFactorMetric(),
        new PerformanceClaimsMetric(),
        new LicenseMetric(),
        new DatasetAndCodeMetric(),
        new DatasetQualityMetric(),
        new CodeQualityMetric(),
        new ReproducibilityMetric(),
        new ReviewednessMetric(),
        new TreeMetric(),
        new SizeMetric(),
    ];
}
