namespace Acme.Client.Contract;

/// <summary>What a policy would have rejected on a page of the registered models.</summary>
public sealed record PolicyDryRun
{
    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Its version.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Models looked at on this page.</summary>
    public required int Examined { get; init; }

    /// <summary>Those that do not meet it.</summary>
    public required IReadOnlyList<PolicyRejection> Rejected { get; init; }
}

/// <summary>A model that does not meet a policy.</summary>
public sealed record PolicyRejection
{
    /// <summary>The model.</summary>
    public required ArtifactMetadata Metadata { get; init; }

    /// <summary>The net score that the policy's weights give.</summary>
    public required double NetScore { get; init; }

    /// <summary>Each condition it does not meet.</summary>
    public required IReadOnlyList<PolicyReason> Reasons { get; init; }
}

/// <summary>A condition of a policy that is not met.</summary>
public sealed record PolicyReason
{
    /// <summary>The metric, or <c>net_score</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>What it scored.</summary>
    public required double Score { get; init; }

    /// <summary>What is required.</summary>
    public required double Threshold { get; init; }

    /// <summary>Why it scored so.</summary>
    public required string Reason { get; init; }
}
