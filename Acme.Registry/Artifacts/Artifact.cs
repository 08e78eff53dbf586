namespace Acme.Registry.Artifacts;

/// <summary>
/// One published artifact, as the catalog keeps it: a small record. What is large (manifests, ratings with their facts) are
/// blobs that it names by digest, so that publishing, replacing and re-rating are each one write of one item.
/// </summary>
public sealed record Artifact
{
    /// <summary>Most revisions one artifact keeps.</summary>
    public const int MaxRevisions = 1000;

    /// <summary>Names the artifact.</summary>
    public required ArtifactId Id { get; init; }

    /// <summary>What it is.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its name; several artifacts may share one.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from. One artifact per type and URL.</summary>
    public required string Url { get; init; }

    /// <summary>When it was published (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The user who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The catalog epoch in which its ingest began; see <see cref="Storage.ICatalog.GetEpochAsync"/>.</summary>
    public required long Epoch { get; init; }

    /// <summary>Its contents over time, oldest first; the last is current. Never empty.</summary>
    public required IReadOnlyList<Revision> Revisions { get; init; }

    /// <summary>Licence as an SPDX identifier or expression, where one could be told.</summary>
    public string? License { get; init; }

    /// <summary>What the artifact's own files name as its origins; resolved against the catalog when it is read.</summary>
    public IReadOnlyList<LineageReference> Parents { get; init; } = [];

    /// <summary>Why no lineage can be computed, where the model's configuration is malformed.</summary>
    public string? LineageProblem { get; init; }

    /// <summary>The current rating; models only.</summary>
    public RatingReference? Rating { get; init; }

    /// <summary>The current contents.</summary>
    public Revision Head => Revisions[^1];

    /// <summary>
    /// What the artifact can be looked up by, each once: <c>license:apache-2.0</c> (the licence in lower case), <c>verdict:accepted</c> or
    /// <c>verdict:rejected</c>, <c>parent:google-bert/bert-base-uncased</c> (as written) and <c>finding:license.license_stated</c> (a metric
    /// and a probe of it that did not come out true). Made from this record alone.
    /// </summary>
    public IReadOnlyList<string> Labels()
    {
        List<string> labels = [];
        if (License is not null) labels.Add(ArtifactLabel.License(License));
        if (Rating is not null) labels.Add(Rating.Accepted ? ArtifactLabel.Accepted : ArtifactLabel.Rejected);
        labels.AddRange(Parents.Select(p => ArtifactLabel.Parent(p.Name)));
        labels.AddRange((Rating?.Findings ?? []).Select(ArtifactLabel.Finding));
        return [.. labels.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Its contents so far, as they stay when others take the current ones' place: with what was known of them.</summary>
    public IReadOnlyList<Revision> RevisionsToKeep() => [.. Revisions.SkipLast(1), Head with { License = License, Rating = Rating?.Document }];

    /// <summary>The blobs that this record names itself (not the files inside its manifests).</summary>
    public IEnumerable<Sha256Digest> DirectBlobs()
    {
        foreach (var revision in Revisions)
        {
            yield return revision.Manifest;
            if (revision.Rating is { } earlier) yield return earlier;
        }
        if (Rating is not null) yield return Rating.Document;
    }
}

/// <summary>One state of an artifact's contents.</summary>
/// <param name="Id">40 hexadecimal characters; see <see cref="Manifest.RevisionId"/>.</param>
/// <param name="Manifest">The blob that holds the <see cref="Artifacts.Manifest"/>.</param>
/// <param name="Url">Where these contents came from.</param>
/// <param name="CreatedAt">When they were published (UTC).</param>
/// <param name="CreatedBy">Who brought them.</param>
/// <param name="TotalSize">Bytes of all files.</param>
/// <param name="FileCount">Number of files.</param>
/// <param name="License">Of earlier contents: their licence, as <see cref="Artifact.License"/> had it. Null for the current ones.</param>
/// <param name="Rating">
/// Of earlier contents: the blob with the rating that they had last. Null for the current ones, for what is not rated, and for contents that were replaced
/// before this was kept.
/// </param>
public sealed record Revision(
    string Id, Sha256Digest Manifest, string Url, DateTimeOffset CreatedAt, string CreatedBy, long TotalSize, int FileCount,
    string? License = null, Sha256Digest? Rating = null);

/// <summary>The current rating of a model, in short.</summary>
/// <param name="Document">The blob with the whole rating: facts, findings, scores, verdict.</param>
/// <param name="NetScore">0..1.</param>
/// <param name="Accepted">Whether the policy accepts it.</param>
/// <param name="RatedAt">When it was computed (UTC).</param>
/// <param name="Findings">
/// The probes that apply and did not come out true, as <c>metric.probe</c>. Nothing in records that were made before this was kept;
/// the next reading of the rating adds it.
/// </param>
public sealed record RatingReference(
    Sha256Digest Document, double NetScore, bool Accepted, DateTimeOffset RatedAt, IReadOnlyList<string>? Findings = null)
{
    /// <summary>Whether all is equal, the findings by their text.</summary>
    public bool Equals(RatingReference? other) =>
        other is not null && Document == other.Document && NetScore.Equals(other.NetScore) && Accepted == other.Accepted && RatedAt == other.RatedAt
        && (Findings is null ? other.Findings is null : other.Findings is not null && Findings.SequenceEqual(other.Findings));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Document, NetScore, Accepted, RatedAt);
}

/// <summary>Something an artifact's own files name as its origin.</summary>
/// <param name="Name">As written there, such as <c>google-bert/bert-base-uncased</c>.</param>
/// <param name="Relationship">What it is to the artifact, such as <c>base_model</c> or <c>fine_tuning_dataset</c>.</param>
/// <param name="Type">The type an artifact must have to be it.</param>
/// <param name="Source">The file kind that names it: <c>config_json</c>, <c>adapter_config_json</c> or <c>model_card</c>.</param>
public sealed record LineageReference(string Name, string Relationship, ArtifactType Type, string Source);
