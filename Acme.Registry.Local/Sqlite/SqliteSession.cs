using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>One connection with the statements that were prepared on it. For one caller at a time.</summary>
internal sealed partial class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Whether a transaction is open. SQLite ends one by itself on some errors, such as a full disk.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>The operating system's error number behind the last error of the connection; 0 where there was none.</summary>
    public int SystemErrorNumber => SystemErrno(_connection.Handle!);

    /// <summary>Opens a connection that may write, making the file if need be.</summary>
    public static SqliteSession OpenWriter(string path) => Open(path, """
        PRAGMA busy_timeout = 10000;
        PRAGMA journal_mode = WAL;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA wal_autocheckpoint = 16000;
        PRAGMA cache_size = -16384;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>
    /// Opens a connection that only reads. No memory map: each connection's would count to the process anew, and the system's
    /// page cache serves them all.
    /// </summary>
    public static SqliteSession OpenReader(string path) => Open(path, """
        PRAGMA busy_timeout = 10000;
        PRAGMA cache_size = -8192;
        PRAGMA temp_store = MEMORY;
        PRAGMA query_only = ON;
        """);

    /// <summary>The statement, prepared once per session, with these parameters. Dispose of its reader before asking for it again.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }
        command.Parameters.Clear();
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Runs the statement; returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    /// <summary>The first column of the first row, or nothing.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(sql, parameters).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>The first row, read by <paramref name="read"/>, or nothing.</summary>
    public T? First<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>All rows, each read by <paramref name="read"/>.</summary>
    public List<T> All<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        List<T> rows = [];
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs statements of which nothing is to be kept, such as a migration.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Makes the statement that is running now, if one is, fail. May be called from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_connection.Handle);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private static SqliteSession Open(string path, string settings)
    {
        // Sessions are pooled here, with their prepared statements; the library's own pool would drop those.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Script(settings);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Not among the functions that the SQLite library for .NET passes on.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_system_errno")]
    private static partial int SystemErrno(sqlite3 database);
}
