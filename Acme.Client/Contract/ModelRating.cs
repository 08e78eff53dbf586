namespace Acme.Client.Contract;

/// <summary>A model's rating. Scores are 0..1 (-1: not applicable); latencies are seconds, as measured.</summary>
public sealed record ModelRating
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The model's category.</summary>
    public required string Category { get; init; }

    /// <summary>Overall score, 0..1.</summary>
    public required double NetScore { get; init; }

    /// <summary>Seconds taken by <see cref="NetScore"/>.</summary>
    public required double NetScoreLatency { get; init; }

    /// <summary>How fast a new person could use it, 0..1.</summary>
    public required double RampUpTime { get; init; }

    /// <summary>Seconds taken by <see cref="RampUpTime"/>.</summary>
    public required double RampUpTimeLatency { get; init; }

    /// <summary>How widely the knowledge is spread, 0..1.</summary>
    public required double BusFactor { get; init; }

    /// <summary>Seconds taken by <see cref="BusFactor"/>.</summary>
    public required double BusFactorLatency { get; init; }

    /// <summary>Evidence for the claims, 0..1.</summary>
    public required double PerformanceClaims { get; init; }

    /// <summary>Seconds taken by <see cref="PerformanceClaims"/>.</summary>
    public required double PerformanceClaimsLatency { get; init; }

    /// <summary>Clarity and permissiveness of the licence, 0..1.</summary>
    public required double License { get; init; }

    /// <summary>Seconds taken by <see cref="License"/>.</summary>
    public required double LicenseLatency { get; init; }

    /// <summary>Whether training data and code are named and reachable, 0..1.</summary>
    public required double DatasetAndCodeScore { get; init; }

    /// <summary>Seconds taken by <see cref="DatasetAndCodeScore"/>.</summary>
    public required double DatasetAndCodeScoreLatency { get; init; }

    /// <summary>How good the data's documentation is, 0..1.</summary>
    public required double DatasetQuality { get; init; }

    /// <summary>Seconds taken by <see cref="DatasetQuality"/>.</summary>
    public required double DatasetQualityLatency { get; init; }

    /// <summary>How maintainable the code is, 0..1.</summary>
    public required double CodeQuality { get; init; }

    /// <summary>Seconds taken by <see cref="CodeQuality"/>.</summary>
    public required double CodeQualityLatency { get; init; }

    /// <summary>Whether the card's code runs, 0..1.</summary>
    public required double Reproducibility { get; init; }

    /// <summary>Seconds taken by <see cref="Reproducibility"/>.</summary>
    public required double ReproducibilityLatency { get; init; }

    /// <summary>Share of code that was reviewed, 0..1; -1 when no repository is linked.</summary>
    public required double Reviewedness { get; init; }

    /// <summary>Seconds taken by <see cref="Reviewedness"/>.</summary>
    public required double ReviewednessLatency { get; init; }

    /// <summary>Mean net score of the registered parents, 0..1; -1 when there are none.</summary>
    public required double TreeScore { get; init; }

    /// <summary>Seconds taken by <see cref="TreeScore"/>.</summary>
    public required double TreeScoreLatency { get; init; }

    /// <summary>Fitness for common devices.</summary>
    public required SizeScore SizeScore { get; init; }

    /// <summary>Seconds taken by <see cref="SizeScore"/>.</summary>
    public required double SizeScoreLatency { get; init; }
}

/// <summary>How well the weights fit each device, 0..1.</summary>
public sealed record SizeScore
{
    /// <summary><c>raspberry_pi</c></summary>
    public required double RaspberryPi { get; init; }

    /// <summary><c>jetson_nano</c></summary>
    public required double JetsonNano { get; init; }

    /// <summary><c>desktop_pc</c></summary>
    public required double DesktopPc { get; init; }

    /// <summary><c>aws_server</c></summary>
    public required double AwsServer { get; init; }
}
