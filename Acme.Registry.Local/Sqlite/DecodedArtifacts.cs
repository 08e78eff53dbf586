using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// Artifacts that were read lately, so that a hot one is not parsed anew for every request. The catalog gives no version twice: what has the same version is the same
/// artifact in the same state, and nothing has to be taken out when it changes.
/// </summary>
internal sealed class DecodedArtifacts
{
    // A few kilobytes each: at most some ten megabytes.
    private const int Slots = 2048;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>The artifact in a column of the row whose version is in another.</summary>
    public Versioned<Artifact> Read(SqliteDataReader row, int document, int versionColumn)
    {
        var version = row.GetInt64(versionColumn);
        ref var slot = ref _entries[(int)(version & (Slots - 1))];
        if (Volatile.Read(ref slot) is { } known && known.Version == version) return known.Artifact;
        var read = new Entry(version, new(SqliteArtifactStore.ReadDocument(row, document), version));
        Volatile.Write(ref slot, read);
        return read.Artifact;
    }

    /// <summary>The artifacts with these numbers, in the order of the listing.</summary>
    public List<FoundArtifact> ReadAll(SqliteSession session, IEnumerable<long> numbers) => session.All(
        row => new FoundArtifact(row.GetInt64(0), Read(row, 1, 2).Item),
        "SELECT artifact.seq, document, version FROM json_each(@numbers) CROSS JOIN artifact ON artifact.seq = value ORDER BY artifact.seq",
        ("@numbers", JsonSerializer.Serialize(numbers)));

    private sealed record Entry(long Version, Versioned<Artifact> Artifact);
}
