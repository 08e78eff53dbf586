using Acme.Registry.Search;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>
/// One search with the time that all its statements have together. It ends promptly when that is over: the server is told to stop, and the
/// loop that matches looks at the clock itself, because a timer comes late when every thread is busy.
/// </summary>
internal sealed class SearchRun : IDisposable
{
    // In milliseconds: what else waits for a thread waits no longer.
    private const long Slice = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    // A long walk keeps a processor busy. More of them at once would all miss their time, and hold up what is answered from an index.
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly CancellationTokenSource _stop;
    private readonly long _due;
    private long _sliceEnd;
    private bool _hasTurn;

    private SearchRun(TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stop.CancelAfter(timeLimit);
        _due = Environment.TickCount64 + (long)timeLimit.TotalMilliseconds;
        _sliceEnd = Environment.TickCount64 + Slice;
    }

    /// <summary>Ends the search's statements.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Runs a search within its time.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit.</exception>
    public static async Task<T> LimitedAsync<T>(TimeSpan timeLimit, Func<SearchRun, Task<T>> search, CancellationToken cancellationToken)
    {
        using var run = new SearchRun(timeLimit, cancellationToken);
        try
        {
            return await search(run);
        }
        catch (OperationCanceledException) when (run._stop.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SearchTimeoutException(timeLimit);
        }
    }

    /// <summary>Waits until few enough others walk long, and keeps the turn until the search ends. A search that has its turn goes on.</summary>
    public async Task TakeTurnAsync()
    {
        if (_hasTurn) return;
        await Turns.WaitAsync(Stop);
        _hasTurn = true;
    }

    /// <summary>Goes to the next row; false behind the last.</summary>
    /// <exception cref="OperationCanceledException">The time is over, or the caller wants no more; the statement has been told to stop.</exception>
    public ValueTask<bool> ReadAsync(NpgsqlCommand command, NpgsqlDataReader row)
    {
        if (Environment.TickCount64 >= _sliceEnd || _stop.IsCancellationRequested) return ReadNextSliceAsync(command, row);
        var next = row.ReadAsync(Stop);
        return next.IsCompleted || !_hasTurn ? new(next) : ReadLateRowAsync(next);
    }

    // The server sends 8 KB at a time. Whoever is waiting for each of them wakes two threads for a few rows; whoever comes back a little later finds
    // many. That is half of the processor time of a long walk.
    private static async ValueTask<bool> ReadLateRowAsync(Task<bool> next)
    {
        if (!await next) return false;
        await Task.Delay(Pause);
        return true;
    }

    private async ValueTask<bool> ReadNextSliceAsync(NpgsqlCommand command, NpgsqlDataReader row)
    {
        if (Environment.TickCount64 >= _due) await _stop.CancelAsync();
        if (_stop.IsCancellationRequested)
        {
            // Otherwise closing the reader would read all rows that are left.
            command.Cancel();
            Stop.ThrowIfCancellationRequested();
        }
        await Task.Yield();
        _sliceEnd = Environment.TickCount64 + Slice;
        return await row.ReadAsync(Stop);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_hasTurn) Turns.Release();
        _stop.Dispose();
    }
}
