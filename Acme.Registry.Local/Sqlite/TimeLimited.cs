using Acme.Registry.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Ends a search that takes too long, also in the middle of a statement.</summary>
internal static class TimeLimited
{
    /// <summary>Runs the search on the session; the token ends with the time.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit.</exception>
    public static T Run<T>(SqliteSession session, TimeSpan timeLimit, Func<CancellationToken, T> search, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeLimit);
        // Also ends a statement that looks long for the next candidate. Disposing waits for it, so that it hits no later statement.
        using var interruption = stop.Token.Register(session.Interrupt);
        try
        {
            return search(stop.Token);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SearchTimeoutException(timeLimit);
        }
    }
}
