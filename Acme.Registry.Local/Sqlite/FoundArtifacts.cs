using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// Artifacts that were found by their ids since the last commit, so that a hot one is not looked up for every request: SQLite's locks around a read, and its library,
/// are a fifth of the processor time of answering it. Nothing is right here but what was read under the present number of commits.
/// </summary>
internal sealed class FoundArtifacts
{
    private const int Slots = 2048;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>What was found under this id and this <see cref="SqliteWriter.Commits"/>; nothing where that is not known.</summary>
    public Task<Versioned<Artifact>?>? Recall(ArtifactId id, long commits) =>
        Volatile.Read(ref Slot(id)) is { } known && known.Commits == commits && known.Id == id ? known.Found : null;

    /// <summary>Keeps what was found, and returns it.</summary>
    public Task<Versioned<Artifact>?> Keep(ArtifactId id, long commits, Task<Versioned<Artifact>?> found)
    {
        if (found is { IsCompletedSuccessfully: true, Result: not null }) Volatile.Write(ref Slot(id), new(id, commits, found));
        return found;
    }

    private ref Entry? Slot(ArtifactId id) => ref _entries[id.GetHashCode() & (Slots - 1)];

    private sealed record Entry(ArtifactId Id, long Commits, Task<Versioned<Artifact>?> Found);
}
