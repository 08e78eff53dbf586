using System.Text.Json;
using System.Text.Json.Serialization;

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

/// <summary>The policy in force.</summary>
public sealed record CurrentPolicy
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Where it comes from.</summary>
    public required PolicyOrigin Origin { get; init; }

    /// <summary>The whole policy document.</summary>
    public required JsonElement Policy { get; init; }

    /// <summary>Who switched to it; absent when it is the configured one.</summary>
    public string? SwitchedBy { get; init; }

    /// <summary>When (UTC).</summary>
    public DateTime? SwitchedAt { get; init; }
}

/// <summary>Where the policy in force comes from.</summary>
[JsonConverter(typeof(WordConverter<PolicyOrigin>))]
public enum PolicyOrigin
{
    /// <summary><c>configured</c>: named by the setting Scoring:Policy.</summary>
    Configured,

    /// <summary><c>switched</c>: an administrator switched to it.</summary>
    Switched,
}
