using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Reads texts of many rows one after the other into one buffer, so that a walk over all cards makes no garbage of its size.</summary>
internal sealed class TextColumn
{
    private char[] _buffer = new char[4096];

    /// <summary>The text in a column of the row; good until the next one is read.</summary>
    public ReadOnlySpan<char> Read(SqliteDataReader row, int column)
    {
        var bytes = raw.sqlite3_column_blob(row.Handle, column);
        // UTF-8 never has more characters than bytes.
        if (bytes.Length > _buffer.Length) _buffer = new char[bytes.Length];
        return _buffer.AsSpan(0, Encoding.UTF8.GetChars(bytes, _buffer));
    }
}
