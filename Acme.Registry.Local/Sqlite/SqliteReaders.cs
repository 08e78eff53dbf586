using System.Collections.Concurrent;

namespace Acme.Registry.Local.Sqlite;

/// <summary>A pool of reading sessions. Each read sees the last commit before it began.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private static readonly int MaxIdle = Math.Max(4, 2 * Environment.ProcessorCount);

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads on the thread pool (SQLite's calls block), all in one snapshot when the function runs several statements in a transaction.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => Task.Run(() => Read(read), cancellationToken);

    /// <summary>
    /// Reads one row by its key on the caller's thread: the few pages that it takes are nearly always in the system's cache, and read in less time than another
    /// thread needs to wake up.
    /// </summary>
    public Task<T> ReadRowAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(Read(read));
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>The same, of one state of the catalog, however many statements it takes.</summary>
    public Task<T> ReadSnapshotAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => ReadAsync(session =>
    {
        session.Execute("BEGIN");
        try
        {
            return read(session);
        }
        finally
        {
            if (session.InTransaction) session.Execute("ROLLBACK");
        }
    }, cancellationToken);

    private T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteCatalog));
        var session = _idle.TryTake(out var idle) ? idle : SqliteSession.OpenReader(path);
        try
        {
            return read(session);
        }
        finally
        {
            if (_disposed || _idle.Count >= MaxIdle) session.Dispose();
            else _idle.Add(session);
        }
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
