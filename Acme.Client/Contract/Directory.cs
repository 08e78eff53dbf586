namespace Acme.Client.Contract;

/// <summary>An artifact as a result list shows it.</summary>
public sealed record ArtifactRow
{
    /// <summary>Unique identifier.</summary>
    public required string Id { get; init; }

    /// <summary>Artifact category.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its name; several artifacts may share one.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from; begins with <c>urn:acme:</c> for an upload without a URL.</summary>
    public required string Url { get; init; }

    /// <summary>Licence as an SPDX identifier or expression, where one could be told.</summary>
    public string? License { get; init; }

    /// <summary>The current revision, 40 hexadecimal characters.</summary>
    public required string Revision { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Size { get; init; }

    /// <summary>Number of files.</summary>
    public required int FileCount { get; init; }

    /// <summary>When it was published (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>The user who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Net score, 0..1; absent where it has no rating.</summary>
    public double? NetScore { get; init; }

    /// <summary>Whether the policy accepts it; absent where it has no rating.</summary>
    public bool? Accepted { get; init; }

    /// <summary>The probes that apply and did not come out true, as <c>metric.probe</c>; absent where they are not known yet, which reading the rating once mends.</summary>
    public IReadOnlyList<string>? Findings { get; init; }
}

/// <summary>One page of the directory.</summary>
public sealed record ArtifactRowPage
{
    /// <summary>The artifacts, in the order that was asked for.</summary>
    public required IReadOnlyList<ArtifactRow> Items { get; init; }

    /// <summary>Cursor of the next page; absent on the last.</summary>
    public string? Next { get; init; }
}

/// <summary>What a directory page is asked for; all conditions must hold.</summary>
public sealed record DirectoryQuery
{
    /// <summary>One of these types; empty for any.</summary>
    public IReadOnlyList<ArtifactType> Types { get; init; } = [];

    /// <summary>Plain text found in name or card, letter case ignored.</summary>
    public string? Text { get; init; }

    /// <summary>A regular expression found in name or card. Not together with <see cref="Text"/>.</summary>
    public string? Pattern { get; init; }

    /// <summary>Licence as an SPDX identifier or expression, letter case ignored.</summary>
    public string? License { get; init; }

    /// <summary>Least net score, 0..1.</summary>
    public double? MinNetScore { get; init; }

    /// <summary>Whether the policy accepts it.</summary>
    public bool? Accepted { get; init; }

    /// <summary>Names that its own files must give as origins.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>Probes, as <c>metric.probe</c>, that must not have come out true.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The order.</summary>
    public DirectoryOrder Order { get; init; }

    /// <summary>Cursor of the page; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Most rows, 1 to 1000.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>The order of a directory page.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(WordConverter<DirectoryOrder>))]
public enum DirectoryOrder
{
    /// <summary><c>newest</c>: the latest first.</summary>
    Newest,

    /// <summary><c>name</c>: by name, in the order of its UTF-8 bytes.</summary>
    Name,

    /// <summary><c>net_score</c>: the best first, the unrated last.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("net_score")]
    NetScore,
}

/// <summary>What is in the registry, in short.</summary>
public sealed record RegistryOverview
{
    /// <summary>How many artifacts there are of each type: <c>model</c>, <c>dataset</c>, <c>code</c>.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>How many the policy rejects.</summary>
    public required long Rejected { get; init; }

    /// <summary>The few that came last.</summary>
    public required IReadOnlyList<ArtifactRow> Newest { get; init; }

    /// <summary>The few with the best net score.</summary>
    public required IReadOnlyList<ArtifactRow> BestRated { get; init; }

    /// <summary>The few that came last among those that the policy rejects.</summary>
    public required IReadOnlyList<ArtifactRow> Attention { get; init; }

    /// <summary>Version of the registry.</summary>
    public string? Version { get; init; }
}

/// <summary>An artifact as its page shows it.</summary>
public sealed record ArtifactSummary
{
    /// <summary>The artifact as in a result list.</summary>
    public required ArtifactRow Row { get; init; }

    /// <summary>Link to the bundle.</summary>
    public required string DownloadUrl { get; init; }

    /// <summary>Its contents over time, the current first.</summary>
    public required IReadOnlyList<ArtifactRevision> Revisions { get; init; }

    /// <summary>What its own files name as origins.</summary>
    public required IReadOnlyList<ArtifactOrigin> Parents { get; init; }

    /// <summary>How far its files are here.</summary>
    public required ArtifactMirror Mirror { get; init; }

    /// <summary>The file that is its card; absent where it has none.</summary>
    public string? CardPath { get; init; }

    /// <summary>When it was rated (UTC); absent where it was not.</summary>
    public DateTime? RatedAt { get; init; }

    /// <summary>For how many seconds an administrator can restore it once it is deleted; absent where nothing that is deleted is kept.</summary>
    public long? RestorableSeconds { get; init; }
}

/// <summary>One state of an artifact's contents.</summary>
public sealed record ArtifactRevision
{
    /// <summary>40 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>Where these contents came from.</summary>
    public required string Url { get; init; }

    /// <summary>When they were published (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Who brought them.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Size { get; init; }

    /// <summary>Number of files.</summary>
    public required int FileCount { get; init; }
}

/// <summary>Something that an artifact's own files name as its origin.</summary>
public sealed record ArtifactOrigin
{
    /// <summary>As written there.</summary>
    public required string Name { get; init; }

    /// <summary>What it is to the artifact, such as <c>base_model</c>.</summary>
    public required string Relationship { get; init; }

    /// <summary>The type that it must have.</summary>
    public required ArtifactType Type { get; init; }
}

/// <summary>How far the files of the current revision are here.</summary>
public sealed record ArtifactMirror
{
    /// <summary>Files.</summary>
    public required int Files { get; init; }

    /// <summary>Files that are stored here.</summary>
    public required int StoredFiles { get; init; }

    /// <summary>Files that will not be fetched any more; the file list says why.</summary>
    public required int FailedFiles { get; init; }

    /// <summary>Whether the rest stays at its source.</summary>
    public required bool KeptAtSource { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes that are stored here, or have arrived at this instance.</summary>
    public required long ArrivedBytes { get; init; }
}

/// <summary>A deleted artifact that can be restored.</summary>
public sealed record DeletedArtifact
{
    /// <summary>The id that it had and will have again.</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Url { get; init; }

    /// <summary>Bytes of the files that were current.</summary>
    public required long Size { get; init; }

    /// <summary>Their number.</summary>
    public required int FileCount { get; init; }

    /// <summary>When it was deleted (UTC).</summary>
    public required DateTime DeletedAt { get; init; }

    /// <summary>Who deleted it.</summary>
    public required string DeletedBy { get; init; }

    /// <summary>When its time to be restored is over (UTC).</summary>
    public required DateTime RestorableUntil { get; init; }
}
