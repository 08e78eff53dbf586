using System.Collections.Concurrent;

namespace Acme.Registry.Local.Sqlite;

/// <summary>A pool of reading sessions. Each read sees the last commit before it began.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private static readonly int MaxIdle = Math.Max(4, 2 * Environment.ProcessorCount);

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads on the thread pool (SQLite's calls block), all in one snapshot when the function runs several statements in a transaction.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => Task.Run(() =>
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
    }, cancellationToken);

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

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
