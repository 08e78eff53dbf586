using System.Diagnostics;
using Acme.Registry.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Ends a search that takes too long, also in the middle of a statement.</summary>
internal static class TimeLimited
{
    /// <summary>Runs the search on the session. It calls the action it is given now and then, which ends it when the time is over.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit.</exception>
    public static T Run<T>(SqliteSession session, TimeSpan timeLimit, Func<Action, T> search, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeLimit);
        // Also ends a statement that looks long for the next candidate. Disposing waits for it, so that it hits no later statement.
        using var interruption = stop.Token.Register(session.Interrupt);
        try
        {
            return search(Check);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SearchTimeoutException(timeLimit);
        }

        void Check()
        {
            // The timer comes late when every thread is busy.
            if (Stopwatch.GetElapsedTime(start) > timeLimit) stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }
    }
}
