using Acme.Registry.Artifacts;

namespace Acme.Registry.Scoring.Facts;

/// <summary>
/// What was read of a source code repository that a model is connected with. A part that could not be read is null, and
/// <see cref="Problem"/> says why: nothing is guessed in its place.
/// </summary>
public sealed record RepositoryFacts
{
    /// <summary>Most paths kept.</summary>
    public const int MaxFiles = 5000;

    /// <summary>The page of the repository, such as <c>https://github.com/google-research/bert</c>; after a renaming the new one.</summary>
    public required string Url { get; init; }

    /// <summary>How it was found: where the card, a registered artifact or the model's own URL names it.</summary>
    public required FoundBy FoundBy { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>Why something (or everything) could not be read, for the user.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether reading again later may help: out of reach or out of quota, rather than not there.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Its licence as the host states it: an SPDX identifier.</summary>
    public string? License { get; init; }

    /// <summary>Whether it is read-only for good.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Paths of the files of its default branch in ordinal order, the first <see cref="MaxFiles"/>; null where not read.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>Commits of the last year on the default branch; null where not read.</summary>
    public CommitHistory? History { get; init; }

    /// <summary>Merged pull requests and their reviews; null where not read.</summary>
    public ReviewFacts? Reviews { get; init; }

    /// <summary>The registered artifact that these facts were read from; null where the host of the repository was asked.</summary>
    public RegisteredCopy? Registered { get; init; }
}

/// <summary>The contents of a registered artifact.</summary>
/// <param name="Id">The artifact.</param>
/// <param name="Revision">Its revision.</param>
public sealed record RegisteredCopy(ArtifactId Id, string Revision);

/// <summary>How something outside the artifact was found.</summary>
/// <param name="How">A clause for people: <c>the card links it</c>, <c>the card's datasets name it</c>, <c>a registered artifact has its name</c>, <c>the model comes from it</c>.</param>
/// <param name="File">The file that names it, where one does.</param>
/// <param name="Line">Its line, from 1.</param>
public sealed record FoundBy(string How, string? File = null, int? Line = null);

/// <summary>Who committed in a span of time.</summary>
/// <param name="Since">Start of the span (UTC): a year before it was read.</param>
/// <param name="Committers">Everyone who committed in it, by commits, at most 200; bots are left out.</param>
/// <param name="LastCommitAt">The latest commit of all (UTC), also where it is older than the span; null where there is none.</param>
/// <param name="IsComplete">False where only the latest commits of the span were read.</param>
public sealed record CommitHistory(DateTimeOffset Since, IReadOnlyList<CommitterFact> Committers, DateTimeOffset? LastCommitAt, bool IsComplete);

/// <summary>Someone who commits.</summary>
/// <param name="Name">Login, else the name in the commits.</param>
/// <param name="Commits">Their number in the span.</param>
public sealed record CommitterFact(string Name, int Commits);

/// <summary>
/// How code came into a repository. Additions are added lines, those to weights (by file name) left out.
/// </summary>
/// <param name="MergedPullRequests">Merged pull requests that were looked at, the latest ones.</param>
/// <param name="ReviewedPullRequests">Those of them with at least one review by someone else than their author.</param>
/// <param name="ReviewedAdditions">Lines that the reviewed ones added.</param>
/// <param name="TotalAdditions">Lines that all of them and the commits beside them (pushed without a pull request) in the same span added.</param>
/// <param name="Examples">URLs of some of the pull requests, at most 5.</param>
/// <param name="IsComplete">False where only a part was looked at, because there is more than is read or the quota ended.</param>
public sealed record ReviewFacts(
    int MergedPullRequests, int ReviewedPullRequests, long ReviewedAdditions, long TotalAdditions, IReadOnlyList<string> Examples, bool IsComplete);

/// <summary>What was read of a dataset that a model is connected with.</summary>
public sealed record DatasetFacts
{
    /// <summary>Its name, such as <c>rajpurkar/squad</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How it was found.</summary>
    public required FoundBy FoundBy { get; init; }

    /// <summary>Its page.</summary>
    public string? Url { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>Why it could not be read, for the user; null where it was reached.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether reading again later may help.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Its card, where it has one.</summary>
    public CardFacts? Card { get; init; }

    /// <summary>Its licence as the host states it.</summary>
    public string? License { get; init; }

    /// <summary>Bytes of its files, where the host tells.</summary>
    public long? TotalSize { get; init; }

    /// <summary>The registered artifact that these facts were read from; null where the host of the dataset was asked.</summary>
    public RegisteredCopy? Registered { get; init; }
}

/// <summary>What the hub that hosts an artifact tells about it beside its files.</summary>
public sealed record HubFacts
{
    /// <summary>The artifact's page.</summary>
    public required string Url { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>Why something could not be read, for the user.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether reading again later may help.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The commit that was taken.</summary>
    public string? Commit { get; init; }

    /// <summary>Its task, such as <c>fill-mask</c>.</summary>
    public string? PipelineTag { get; init; }

    /// <summary>The library it is for, such as <c>transformers</c>.</summary>
    public string? LibraryName { get; init; }

    /// <summary>Licence key as the hub states it.</summary>
    public string? License { get; init; }

    /// <summary>Tags, at most 200.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Downloads in the last month.</summary>
    public long? Downloads { get; init; }

    /// <summary>Likes.</summary>
    public int? Likes { get; init; }

    /// <summary>Commits of the repository on the hub; null where not read.</summary>
    public CommitHistory? History { get; init; }
}
