using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Says SQLite's errors in the words of the ports.</summary>
internal static class SqliteErrors
{
    /// <summary>A full disk becomes <see cref="StorageFullException"/>; anything else stays as it is.</summary>
    public static Exception Translate(Exception exception, SqliteSession session)
    {
        var full = exception is SqliteException error
            && (error.SqliteErrorCode == raw.SQLITE_FULL
                || (error.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN && DiskFull.IsErrorNumber(session.SystemErrorNumber)));
        return full
            ? new StorageFullException("The disk of the data directory is full. Free some room or move Data:Directory to a larger disk.", exception)
            : exception;
    }
}
