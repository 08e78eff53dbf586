using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources;

/// <summary>What a source holds at one moment: a list of files that can be opened, each once or more. Dispose of it after use.</summary>
public abstract class Snapshot : IAsyncDisposable
{
    /// <summary>The files; paths are checked (relative, <c>/</c> between segments, unique ignoring case).</summary>
    public abstract IReadOnlyList<SnapshotFile> Files { get; }

    /// <summary>What the source tells about the artifact beside its files; null where it tells nothing.</summary>
    public virtual HubFacts? Hub => null;

    /// <summary>The source code repository that the snapshot was taken from, where it is one.</summary>
    public virtual RepositoryFacts? Repository => null;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>One file of a snapshot.</summary>
/// <param name="Path">As in <see cref="Artifacts.ManifestEntry.Path"/>.</param>
/// <param name="Size">Bytes, as announced; reading more or fewer is an error of the source.</param>
/// <param name="OpenAsync">Opens the content for reading from its beginning; the caller disposes of the stream.</param>
public sealed record SnapshotFile(string Path, long Size, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    /// <summary>Where the content can be had later and what it must then be; null for contents that must be taken in now.</summary>
    public RemoteContent? Remote { get; init; }
}

/// <summary>Content that a source announces by its digest, so that it can follow later and be verified.</summary>
/// <param name="Url">Answers GET with the content; immutable (it names a commit) and without credentials.</param>
/// <param name="Digest">SHA-256 of the content, as the source announced it.</param>
public sealed record RemoteContent(Uri Url, Sha256Digest Digest);
