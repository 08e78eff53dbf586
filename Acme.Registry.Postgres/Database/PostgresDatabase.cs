using System.Data;
using System.Diagnostics;
using Acme.Registry.Storage;
using Acme.Registry.Telemetry;
using Npgsql;

namespace Acme.Registry.Postgres.Database;

/// <summary>
/// The pool of connections of one driver, and the rules by which work is tried again when the server goes away under it.
/// </summary>
/// <remarks>
/// Reading is repeated freely. A change is repeated only when it was surely not made. Where the connection breaks while a commit
/// is under way, that is not known: therefore each change leaves its number in the table <c>operation</c>, in the same
/// transaction, and whoever repeats it begins by inserting the number again. If that meets the number, the commit was made (the
/// insert waits for a transaction that is still ending), and the result that the first attempt had stands; if not, nothing of it is there.
/// </remarks>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    // In bytes. With 8 KiB, as is usual, a walk over cards asks the system for a few rows at a time.
    private const int LeastReadBuffer = 64 * 1024;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // Much longer than anyone goes on trying.
    private static readonly TimeSpan OperationsKept = TimeSpan.FromHours(2);

    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _retryFor;
    private readonly bool _passwordMayChange;
    private readonly KeyValuePair<string, object?> _storeTag;

    /// <summary>Opens nothing yet.</summary>
    public PostgresDatabase(PostgresOptions options, string purpose)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            MaxPoolSize = options.MaxPoolSize,
            CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
        };
        connection.ReadBufferSize = Math.Max(connection.ReadBufferSize, LeastReadBuffer);
        if (options.Password is not null) connection.Password = options.Password;
        connection.ApplicationName ??= $"acme-registry {purpose}";
        // Walking in small steps looks dear to the planner; compiling such a plan takes longer than running it.
        connection.Options ??= "-c jit=off";
        _storeTag = new("acme.store", purpose);
        Server = $"{connection.Host}:{connection.Port}/{connection.Database}";

        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        if (options.PasswordFile is { } file)
        {
            connection.Password = null;
            builder.UsePasswordProvider(
                _ => File.ReadAllText(file).Trim(), async (_, cancellationToken) => (await File.ReadAllTextAsync(file, cancellationToken)).Trim());
            _passwordMayChange = true;
        }
        _source = builder.Build();
        _retryFor = options.RetryFor;
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Server { get; }

    /// <summary>Reads; each statement sees what was committed before it began.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be used; the message says what to do.</exception>
    public Task<T> ReadAsync<T>(Func<PostgresSession, Task<T>> read, CancellationToken cancellationToken) => RetryAsync(async () =>
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await read(new(connection, cancellationToken));
    }, cancellationToken);

    /// <summary>Makes a change of one statement that does no harm when it is made twice.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be used; the message says what to do.</exception>
    public Task<T> WriteRepeatableAsync<T>(Func<PostgresSession, Task<T>> change, CancellationToken cancellationToken) => ReadAsync(change, cancellationToken);

    /// <summary>
    /// Makes a change in a transaction of its own, exactly once, and returns its result once that is committed. Cancelling has an effect
    /// until the commit begins. What the change throws, the caller gets, and nothing of it remains.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The server cannot be used; where it is not known whether the change was made, the message says so.</exception>
    public async Task<T> WriteAsync<T>(Func<PostgresSession, Task<T>> change, CancellationToken cancellationToken)
    {
        var operation = Guid.CreateVersion7();
        var result = default(T)!;
        var isCommitting = false;
        try
        {
            return await RetryAsync(async () =>
            {
                await using var connection = await OpenAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                var session = new PostgresSession(connection, cancellationToken);
                if (!await RegisterAsync(session, operation)) return result;
                isCommitting = false;
                result = await change(session);
                isCommitting = true;
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }, cancellationToken);
        }
        catch (StorageUnavailableException e) when (isCommitting)
        {
            throw new StorageUnavailableException($"It is not known whether the last change was made. {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>A connection for whoever keeps one.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        RegistryTelemetry.StoreWait.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, _storeTag);
        return connection;
    }

    // The numbers begin with their time: the oldest stand at the left of the index, and each change takes a few of them away.
    private static async Task<bool> RegisterAsync(PostgresSession session, Guid operation) => await session.ExecuteAsync(
        """
        WITH outlived AS (DELETE FROM operation WHERE id IN (SELECT id FROM operation WHERE id < @horizon ORDER BY id LIMIT 4 FOR UPDATE SKIP LOCKED))
        INSERT INTO operation (id) VALUES (@id) ON CONFLICT DO NOTHING
        """,
        ("@id", operation), ("@horizon", Guid.CreateVersion7(DateTimeOffset.UtcNow - OperationsKept))) > 0;

    /// <summary>Runs the attempt again and again until it succeeds, fails for good, or the time for it is over.</summary>
    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        var until = Environment.TickCount64 + (long)_retryFor.TotalMilliseconds;
        for (var pause = TimeSpan.FromMilliseconds(10); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await attempt();
            }
            catch (NpgsqlException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var passes = PostgresErrors.IsPassing(e) || (_passwordMayChange && e.SqlState is PostgresErrorCodes.InvalidPassword);
                if (!passes || Environment.TickCount64 >= until) throw PostgresErrors.Translate(e, Server);
                // Otherwise the next attempts would meet one dead connection of the pool after the other.
                if (PostgresErrors.IsOfConnection(e)) _source.Clear();
            }
            // Between half and the whole of the pause, so that many callers do not come back as one.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), cancellationToken);
        }
    }
}
