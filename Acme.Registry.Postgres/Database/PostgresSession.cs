using Npgsql;

namespace Acme.Registry.Postgres.Database;

/// <summary>One connection for one caller, with short forms for its statements. What it is asked ends with the caller's token.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, CancellationToken cancellationToken)
{
    /// <summary>Ends the caller's work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The statement with these parameters.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Runs the statement; returns how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => ExecuteAsync(Command(sql, parameters));

    /// <summary>The first column of the first row, or nothing.</summary>
    public Task<object?> ScalarAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => ScalarAsync(Command(sql, parameters));

    /// <summary>The first row, or the default where there is none.</summary>
    public Task<T?> FirstAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        FirstAsync(read, Command(sql, parameters));

    /// <summary>Every row.</summary>
    public Task<List<T>> AllAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        AllAsync(read, Command(sql, parameters));

    private async Task<int> ExecuteAsync(NpgsqlCommand command)
    {
        await using (command) return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<object?> ScalarAsync(NpgsqlCommand command)
    {
        await using (command) return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value : null;
    }

    private async Task<T?> FirstAsync<T>(Func<NpgsqlDataReader, T> read, NpgsqlCommand command)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
        }
    }

    private async Task<List<T>> AllAsync<T>(Func<NpgsqlDataReader, T> read, NpgsqlCommand command)
    {
        await using (command)
        {
            List<T> rows = [];
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            return rows;
        }
    }
}
