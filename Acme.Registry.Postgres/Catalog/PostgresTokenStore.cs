using Acme.Registry.Access;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>Tokens as rows.</summary>
internal sealed class PostgresTokenStore(PostgresDatabase database) : ITokenStore
{
    private const char Listing = 'k';
    private const string Columns = "hash, user_name, stamp, expires_at, calls_left";

    public Task AddAsync(Token token, CancellationToken cancellationToken = default) => database.WriteAsync(
        session => session.ExecuteAsync(
            $"INSERT INTO token ({Columns}) VALUES (@hash, @user, @stamp, @expiresAt, @callsLeft)",
            ("@hash", token.Hash), ("@user", token.UserName), ("@stamp", token.Stamp),
            ("@expiresAt", token.ExpiresAt.UtcTicks), ("@callsLeft", token.CallsLeft)), cancellationToken);

    public async Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(calls);
        if (!SearchText.CanBeKept(hash)) return new(TokenOutcome.Unknown);
        // One statement, whose commit does not wait for the disk: requests make it all the time. Concurrent ones wait for the row and see
        // what is left then. Where its answer is lost it is made again, which may take too many calls off, never too few.
        return await database.WriteRepeatableAsync(session => session.FirstAsync(
            ReadUse,
            $"""
            WITH held AS (
                SELECT hash, calls_left, LEAST(calls_left, @calls) AS taken FROM token WHERE hash = @hash AND expires_at > @now AND calls_left > 0 FOR UPDATE
            ), used AS (
                UPDATE token SET calls_left = held.calls_left - held.taken FROM held WHERE token.hash = held.hash
                RETURNING token.calls_left, held.taken, set_config('synchronous_commit', 'off', true) AS lazily
            )
            SELECT token.hash, token.user_name, token.stamp, token.expires_at, coalesce(used.calls_left, 0), used.taken, used.lazily
            FROM token LEFT JOIN used ON true WHERE token.hash = @hash
            """,
            ("@hash", hash), ("@now", now.UtcTicks), ("@calls", calls)), cancellationToken) is { } found
                ? Outcome(found, now)
                : new(TokenOutcome.Unknown);
    }

    public Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken = default) => database.WriteAsync(
        async session => await session.ExecuteAsync("DELETE FROM token WHERE hash = @hash", ("@hash", hash)) > 0, cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => database.WriteAsync(
        session => session.ExecuteAsync("DELETE FROM token WHERE expires_at < @before", ("@before", before.UtcTicks)), cancellationToken);

    public Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Listing, cursor);
        return database.ReadAsync(async session =>
        {
            var rows = await session.AllAsync(
                Read, $"SELECT {Columns} FROM token WHERE hash > @after ORDER BY hash LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1));
            return Pages.PageOf(rows, limit, token => token, token => Cursor.After(Listing, token.Hash));
        }, cancellationToken);
    }

    private static Token Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), new(row.GetInt64(3), TimeSpan.Zero), row.GetInt32(4));

    private static TokenUse Outcome((int? Taken, Token Token) found, DateTimeOffset now) => found switch
    {
        { Taken: { } taken } => new(TokenOutcome.Granted, found.Token) { Calls = taken },
        _ when found.Token.ExpiresAt <= now => new(TokenOutcome.Expired),
        _ => new(TokenOutcome.UsedUp),
    };

    // Beside what is left now, the statement sees what was left before it.
    private static (int? Taken, Token Token)? ReadUse(NpgsqlDataReader row) => (row.IsDBNull(5) ? null : row.GetInt32(5), Read(row));
}
