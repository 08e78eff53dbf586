namespace Acme.Registry.Sources;

/// <summary>What a source holds at one moment: a list of files that can be opened, each once or more. Dispose of it after use.</summary>
public abstract class Snapshot : IAsyncDisposable
{
    /// <summary>The files; paths are checked (relative, <c>/</c> between segments, unique ignoring case).</summary>
    public abstract IReadOnlyList<SnapshotFile> Files { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>One file of a snapshot.</summary>
/// <param name="Path">As in <see cref="Artifacts.ManifestEntry.Path"/>.</param>
/// <param name="Size">Bytes, as announced; reading more or fewer is an error of the source.</param>
/// <param name="OpenAsync">Opens the content for reading from its beginning; the caller disposes of the stream.</param>
public sealed record SnapshotFile(string Path, long Size, Func<CancellationToken, Task<Stream>> OpenAsync);
