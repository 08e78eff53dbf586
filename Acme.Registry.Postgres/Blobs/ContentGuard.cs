using Acme.Registry.Postgres.Database;
using Npgsql;

namespace Acme.Registry.Postgres.Blobs;

/// <summary>
/// Says to every instance which contents this process is reading or writing, so that nobody removes their chunks: as advisory locks, shared,
/// on one connection that is kept for this. They end with the process, however it ends. No transaction is open meanwhile, so that a slow
/// reader keeps neither a snapshot, which would hold up the server's vacuum, nor a connection of its own.
/// </summary>
internal sealed class ContentGuard(PostgresDatabase database) : IAsyncDisposable
{
    /// <summary>The first key of the locks; the second is made of the content's number.</summary>
    public const int LockClass = 0x424C4F42;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<int, int> _held = [];
    private NpgsqlConnection? _connection;

    /// <summary>The second key of a content's lock, in SQL. Two contents with the same one only put off each other's removal.</summary>
    public const string Key = "(content & 2147483647)::int";

    /// <summary>Holds the content until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldAsync(long content, CancellationToken cancellationToken)
    {
        var key = (int)(content & int.MaxValue);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var count = _held.GetValueOrDefault(key);
            _held[key] = count + 1;
            if (count > 0 && IsOpen) return new Hold(this, key);
            try
            {
                await LockAsync(IsOpen ? [key] : [.. _held.Keys], cancellationToken);
            }
            catch
            {
                Forget(key);
                throw;
            }
            return new Hold(this, key);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _turn.Dispose();
    }

    private bool IsOpen => _connection is { State: System.Data.ConnectionState.Open };

    private Task<int> LockAsync(int[] keys, CancellationToken cancellationToken) =>
        // A connection that broke has lost all locks: they are taken again on a new one.
        database.RetryAsync(async () =>
        {
            if (!IsOpen)
            {
                if (_connection is not null) await _connection.DisposeAsync();
                _connection = await database.OpenAsync(cancellationToken);
                keys = [.. _held.Keys];
            }
            // Cancelled half-way, nobody would know whether the lock is there.
            return await new PostgresSession(_connection!, CancellationToken.None).ExecuteAsync(
                "SELECT pg_advisory_lock_shared(@class, key) FROM unnest(@keys) AS key", ("@class", LockClass), ("@keys", keys));
        }, cancellationToken);

    private async Task ReleaseAsync(int key)
    {
        await _turn.WaitAsync();
        try
        {
            if (!Forget(key) || !IsOpen) return;
            await new PostgresSession(_connection!, CancellationToken.None).ExecuteAsync(
                "SELECT pg_advisory_unlock_shared(@class, @key)", ("@class", LockClass), ("@key", key));
        }
        catch (NpgsqlException)
        {
            // The connection broke, and the lock with it.
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool Forget(int key)
    {
        if (--_held[key] > 0) return false;
        _held.Remove(key);
        return true;
    }

    private sealed class Hold(ContentGuard guard, int key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await guard.ReleaseAsync(key);
    }
}
