using System.Collections.Concurrent;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Ingest;

/// <summary>How far the ingests of this process are, and for a while what became of them.</summary>
public sealed class IngestBoard(TimeProvider time)
{
    private const int MaxKept = 2000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, IngestTracker> _trackers = new(StringComparer.Ordinal);

    /// <summary>Begins to follow an ingest.</summary>
    /// <param name="id">The id that the artifact has or will have.</param>
    /// <param name="alias">Another key to find it by, chosen by whoever does not know the id yet.</param>
    public IngestTracker Begin(ArtifactId id, string? alias = null)
    {
        Prune();
        var tracker = new IngestTracker(id, time);
        _trackers[id.ToString()] = tracker;
        if (alias is not null) _trackers[alias] = tracker;
        return tracker;
    }

    /// <summary>How far the ingest is, by its artifact's id or its alias; nothing when this process knows of none.</summary>
    public IngestState? Find(string key) => _trackers.TryGetValue(key, out var tracker) ? tracker.State : null;

    private void Prune()
    {
        if (_trackers.Count < MaxKept) return;
        var now = time.GetUtcNow();
        foreach (var (key, tracker) in _trackers.Where(t => t.Value.State.IsOver).OrderBy(t => t.Value.State.At).ToList())
        {
            if (_trackers.Count >= MaxKept || now - tracker.State.At > KeptFor) _trackers.TryRemove(key, out _);
        }
    }
}

/// <summary>Notes how far one ingest is. Thread-safe.</summary>
public sealed class IngestTracker
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private IngestState _state;

    internal IngestTracker(ArtifactId id, TimeProvider time)
    {
        _time = time;
        _state = new(id, IngestStep.Waiting, null, null, null, null, [], time.GetUtcNow());
    }

    /// <summary>How far it is.</summary>
    public IngestState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>A step begins.</summary>
    public void Enter(IngestStep step) => Change(s => s with { Step = step });

    /// <summary>It is known how much is to be stored.</summary>
    public void Expect(int files, long bytes) => Change(s => s with { Step = IngestStep.Storing, FilesDone = 0, FilesTotal = files, BytesDone = 0, BytesTotal = bytes });

    /// <summary>Bytes have come in.</summary>
    public void Received(long bytes) => Change(s => s with { BytesDone = s.BytesDone + bytes });

    /// <summary>A file is stored.</summary>
    public void Stored() => Change(s => s with { FilesDone = s.FilesDone + 1 });

    /// <summary>Nothing was registered.</summary>
    public void Refuse(IReadOnlyList<string> reasons) => Change(s => s with { Step = IngestStep.Refused, Reasons = reasons });

    private void Change(Func<IngestState, IngestState> change)
    {
        lock (_lock) _state = change(_state) with { At = _time.GetUtcNow() };
    }
}

/// <summary>How far an ingest is.</summary>
/// <param name="Id">The id that the artifact has or will have.</param>
/// <param name="Step">What happens now, or how it ended.</param>
/// <param name="FilesDone">Files that are stored.</param>
/// <param name="FilesTotal">Files to store.</param>
/// <param name="BytesDone">Bytes that have come in.</param>
/// <param name="BytesTotal">Bytes to store; large files that follow later do not count.</param>
/// <param name="Reasons">Why it was refused.</param>
/// <param name="At">When this was noted (UTC).</param>
public sealed record IngestState(
    ArtifactId Id, IngestStep Step, int? FilesDone, int? FilesTotal, long? BytesDone, long? BytesTotal, IReadOnlyList<string> Reasons, DateTimeOffset At)
{
    /// <summary>Whether nothing more happens.</summary>
    public bool IsOver => Step is IngestStep.Published or IngestStep.Refused or IngestStep.Cancelled;
}

/// <summary>A step of an ingest.</summary>
public enum IngestStep
{
    /// <summary>Others come first.</summary>
    Waiting,

    /// <summary>The source is asked.</summary>
    Fetching,

    /// <summary>Files come in.</summary>
    Storing,

    /// <summary>Facts and rating.</summary>
    Rating,

    /// <summary>The last write.</summary>
    Publishing,

    /// <summary>The artifact is there.</summary>
    Published,

    /// <summary>Nothing was registered.</summary>
    Refused,

    /// <summary>Nothing was registered, as was asked.</summary>
    Cancelled,
}
