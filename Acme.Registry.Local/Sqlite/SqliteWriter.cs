using System.Diagnostics;
using System.Threading.Channels;
using Acme.Registry.Telemetry;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Whether a change must be on the disk before its caller is told.</summary>
internal enum Durability
{
    /// <summary>Survives the end of the process; a power cut may take the last moments.</summary>
    Process,

    /// <summary>Survives a power cut.</summary>
    Machine,
}

/// <summary>
/// The only writer of a catalog. Changes wait in a queue; all that wait are made in one transaction, each in a savepoint of its own
/// so that one which fails undoes only itself, and their callers hear of it after the commit. So a disk sync is shared by
/// everyone who was waiting for one (group commit).
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxWaiting = 4096;
    private const int MaxBatch = 256;
    private static readonly KeyValuePair<string, object?> StoreTag = new("acme.store", "catalog");

    private readonly SqliteSession _session;
    // Who puts a change into the queue wakes the writer himself: a thread of the pool that did it would have to be waited for.
    private readonly Channel<Change> _waiting = Channel.CreateBounded<Change>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Task _loop;
    private Durability? _durability;
    private long _commits;

    /// <summary>Takes over the session and starts.</summary>
    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        // Not on the pool: while its threads all send downloads, nothing would be committed, and those that are to begin wait for that.
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Another number after each commit, before anybody is told of it: what was read under this number is still so.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>
    /// Makes the change and returns its result once it is committed. Cancelling has an effect only until the change begins.
    /// What the change throws, the caller gets, and nothing of it remains.
    /// </summary>
    public async Task<T> WriteAsync<T>(Durability durability, Func<SqliteSession, T> change, CancellationToken cancellationToken)
    {
        var queued = new Change<T>(durability, change, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(queued, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteCatalog));
        }
        return await queued.Result;
    }

    /// <summary>Makes the changes that are waiting, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_waiting.Writer.TryComplete()) return;
        await _loop;
        _session.Dispose();
    }

    private void Loop()
    {
        List<Change> batch = [];
        try
        {
            while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var change)) batch.Add(change);
                foreach (var change in batch) RegistryTelemetry.StoreWait.Record(change.Waited.TotalSeconds, StoreTag);
                CommitAndTell(batch);
                batch.Clear();
            }
        }
        finally
        {
            // Only after a transaction that could not even be rolled back is anyone still waiting here.
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var change)) change.Fail(new ObjectDisposedException(nameof(SqliteCatalog)));
        }
    }

    private void CommitAndTell(List<Change> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (Exception e)
        {
            var failure = SqliteErrors.Translate(e, _session);
            try
            {
                if (_session.InTransaction) _session.Execute("ROLLBACK");
            }
            finally
            {
                foreach (var change in batch) change.Fail(failure);
            }
            return;
        }
        foreach (var change in batch) change.Deliver();
    }

    private void Commit(List<Change> batch)
    {
        Require(batch.Exists(c => c.Durability == Durability.Machine) ? Durability.Machine : Durability.Process);
        _session.Execute("BEGIN IMMEDIATE");
        foreach (var change in batch)
        {
            _session.Execute("SAVEPOINT change");
            if (change.Run(_session) is { } failure)
            {
                // Without a transaction there are no savepoints: SQLite has undone the whole batch.
                if (!_session.InTransaction) throw failure;
                _session.Execute("ROLLBACK TO change");
            }
            _session.Execute("RELEASE change");
        }
        try
        {
            _session.Execute("COMMIT");
        }
        finally
        {
            // Also where it fails: an error does not tell for certain that nothing was committed.
            Interlocked.Increment(ref _commits);
        }
    }

    private void Require(Durability durability)
    {
        if (_durability == durability) return;
        // Can only be changed between transactions. In WAL mode FULL syncs the log at every commit, what NORMAL left unsynced included.
        _session.Execute(durability == Durability.Machine ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _durability = durability;
    }

    private abstract class Change(Durability durability)
    {
        private readonly long _queuedAt = Stopwatch.GetTimestamp();

        public Durability Durability { get; } = durability;

        /// <summary>How long it has been waiting for its turn.</summary>
        public TimeSpan Waited => Stopwatch.GetElapsedTime(_queuedAt);

        /// <summary>Makes the change in the open transaction; returns why it could not be made.</summary>
        public abstract Exception? Run(SqliteSession session);

        /// <summary>Tells the caller what <see cref="Run"/> came to, now that it is committed.</summary>
        public abstract void Deliver();

        /// <summary>Tells the caller that nothing was committed.</summary>
        public abstract void Fail(Exception exception);
    }

    private sealed class Change<T>(Durability durability, Func<SqliteSession, T> change, CancellationToken cancellationToken) : Change(durability)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private T? _value;

        public Task<T> Result => _result.Task;

        public override Exception? Run(SqliteSession session)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                _value = change(session);
            }
            catch (Exception e)
            {
                // Also a refusal waits for the commit: it may rest on another change of the same batch.
                _failure = SqliteErrors.Translate(e, session);
            }
            return _failure;
        }

        public override void Deliver()
        {
            if (_failure is null) _result.SetResult(_value!);
            else Fail(_failure);
        }

        public override void Fail(Exception exception)
        {
            if (exception is OperationCanceledException) _result.SetCanceled(cancellationToken);
            else _result.SetException(exception);
        }
    }
}
