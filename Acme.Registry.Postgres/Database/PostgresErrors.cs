using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Database;

/// <summary>Tells apart what passes by itself and what does not, and says both in the words of the ports.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// Whether the same work may well succeed on another connection a moment later: the server is restarting, a failover is under
    /// way, the network broke, or two transactions were in each other's way.
    /// </summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => false,
        // Ended by an administrator or by a crash of another server process; and a former primary that became a standby.
        PostgresException
        {
            SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.ReadOnlySqlTransaction
        } => true,
        NpgsqlException e => e.IsTransient || e.InnerException is IOException,
        _ => false,
    };

    /// <summary>Whether the connection itself is at fault, so that others in the pool may be as well.</summary>
    public static bool IsOfConnection(Exception exception) =>
        exception is PostgresException { SqlState: ['5', '7', 'P', ..] or PostgresErrorCodes.ReadOnlySqlTransaction } or (NpgsqlException and not PostgresException);

    /// <summary>The exception for the caller of the port.</summary>
    public static Exception Translate(Exception exception, string server) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new StorageFullException(
            $"The disk of the PostgreSQL server ({server}) is full. Free some room there or enlarge it.", exception),
        PostgresException { SqlState: ['2', '8', ..] or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege } => new StorageUnavailableException(
            $"PostgreSQL ({server}) refuses: {exception.Message} Check Postgres:ConnectionString and the password.", exception),
        NpgsqlException when IsPassing(exception) || exception is not PostgresException => new StorageUnavailableException(
            $"PostgreSQL ({server}) cannot be used: {exception.Message} Check that it runs, and Postgres:ConnectionString.", exception),
        _ => exception,
    };
}
