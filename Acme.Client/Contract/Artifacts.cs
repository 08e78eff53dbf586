using System.Text.Json.Serialization;

namespace Acme.Client.Contract;

/// <summary>Artifact category.</summary>
[JsonConverter(typeof(WordConverter<ArtifactType>))]
public enum ArtifactType
{
    /// <summary><c>model</c></summary>
    Model,

    /// <summary><c>dataset</c></summary>
    Dataset,

    /// <summary><c>code</c></summary>
    Code,
}

/// <summary>Names an artifact: <c>name</c> as given, <c>id</c> unique.</summary>
public sealed record ArtifactMetadata
{
    /// <summary>Its name; several artifacts may share one.</summary>
    public required string Name { get; init; }

    /// <summary>Unique identifier, <c>^[a-zA-Z0-9\-]+$</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Artifact category.</summary>
    public required ArtifactType Type { get; init; }
}

/// <summary>Where an artifact came from and where it can be fetched.</summary>
public sealed record ArtifactData
{
    /// <summary>Source URL used during ingest.</summary>
    public required string Url { get; init; }

    /// <summary>Direct link to the stored bundle, served by this registry. Present only in responses.</summary>
    public string? DownloadUrl { get; init; }
}

/// <summary>Metadata and ingest details.</summary>
public sealed record Artifact
{
    /// <summary>Names the artifact.</summary>
    public required ArtifactMetadata Metadata { get; init; }

    /// <summary>Source and download link.</summary>
    public required ArtifactData Data { get; init; }
}

/// <summary>What to register.</summary>
public sealed record IngestRequest
{
    /// <summary>Source URL to ingest from.</summary>
    public required string Url { get; init; }

    /// <summary>Name for the artifact; without it one is made from the URL.</summary>
    public string? Name { get; init; }
}

/// <summary>A condition on artifacts.</summary>
public sealed record ArtifactQuery
{
    /// <summary>Exact name, or <c>*</c> for every artifact.</summary>
    public required string Name { get; init; }

    /// <summary>Types to keep; empty or absent means every type.</summary>
    public IReadOnlyList<ArtifactType>? Types { get; init; }
}

/// <summary>A regular expression searched for in names and cards.</summary>
public sealed record ArtifactRegEx
{
    /// <summary>The pattern; found anywhere unless anchored, case-sensitive unless it says otherwise.</summary>
    public required string Regex { get; init; }
}

/// <summary>One file of an artifact.</summary>
public sealed record ArtifactFile
{
    /// <summary>Relative path.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256, 64 hexadecimal characters.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether the registry holds the bytes itself.</summary>
    public required bool Mirrored { get; init; }

    /// <summary>Where the bytes are.</summary>
    public required FileState State { get; init; }

    /// <summary>Bytes that have arrived so far, while not all have.</summary>
    public long? FetchedBytes { get; init; }

    /// <summary>Why the file will not be fetched any more, and what can be done.</summary>
    public string? Problem { get; init; }

    /// <summary>Where the file can be had at its source, while the registry does not hold it.</summary>
    public string? Url { get; init; }
}

/// <summary>Where the bytes of a file are.</summary>
[JsonConverter(typeof(WordConverter<FileState>))]
public enum FileState
{
    /// <summary><c>stored</c>: in the registry.</summary>
    Stored,

    /// <summary><c>waiting</c>: at the source, to be fetched later or when it is downloaded.</summary>
    Waiting,

    /// <summary><c>fetching</c>: on the way.</summary>
    Fetching,

    /// <summary><c>pointer</c>: at the source, where it stays; a download is redirected there.</summary>
    [JsonStringEnumMemberName("pointer")]
    AtSource,

    /// <summary><c>failed</c>: the source did not give what it had announced.</summary>
    Failed,
}

/// <summary>Megabytes (10^6 bytes) to download.</summary>
public sealed record ArtifactCost
{
    /// <summary>Of this artifact alone; present when dependencies were asked for.</summary>
    public double? StandaloneCost { get; init; }

    /// <summary>Of this artifact and, when asked for, all its dependencies.</summary>
    public required double TotalCost { get; init; }

    /// <summary>As <see cref="TotalCost"/>, but files that several of these artifacts share count once; on the asked artifact, when dependencies were asked for.</summary>
    public double? UniqueCost { get; init; }
}

/// <summary>What someone did to an artifact.</summary>
[JsonConverter(typeof(UpperWordConverter<AuditAction>))]
public enum AuditAction
{
    /// <summary><c>CREATE</c></summary>
    Create,

    /// <summary><c>UPDATE</c></summary>
    Update,

    /// <summary><c>DOWNLOAD</c></summary>
    Download,

    /// <summary><c>RATE</c></summary>
    Rate,

    /// <summary><c>AUDIT</c></summary>
    Audit,
}

/// <summary>One entry of an artifact's audit trail.</summary>
public sealed record ArtifactAuditEntry
{
    /// <summary>Who.</summary>
    public required User User { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTime Date { get; init; }

    /// <summary>To what.</summary>
    public required ArtifactMetadata Artifact { get; init; }

    /// <summary>What.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>From which network address; shown to admins only.</summary>
    public string? Address { get; init; }
}

/// <summary>Asks whether a model's licence goes with that of a GitHub repository.</summary>
public sealed record SimpleLicenseCheckRequest
{
    /// <summary>GitHub repository URL.</summary>
    public required string GithubUrl { get; init; }
}
