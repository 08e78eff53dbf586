using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>Tokens as rows.</summary>
internal sealed class SqliteTokenStore(SqliteCatalog catalog) : ITokenStore
{
    private const char Listing = 'k';
    private const string Columns = "hash, user_name, stamp, expires_at, calls_left";

    public Task AddAsync(Token token, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session => session.Execute(
            $"INSERT INTO token ({Columns}) VALUES (@hash, @user, @stamp, @expiresAt, @callsLeft)",
            ("@hash", token.Hash), ("@user", token.UserName), ("@stamp", token.Stamp),
            ("@expiresAt", token.ExpiresAt.UtcTicks), ("@callsLeft", token.CallsLeft)), cancellationToken);

    public Task<TokenUse> UseAsync(string hash, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Process, session =>
        {
            var granted = session.First(
                Read,
                $"UPDATE token SET calls_left = calls_left - 1 WHERE hash = @hash AND expires_at > @now AND calls_left > 0 RETURNING {Columns}",
                ("@hash", hash), ("@now", now.UtcTicks));
            if (granted is not null) return new TokenUse(TokenOutcome.Granted, granted);
            return session.Scalar("SELECT expires_at FROM token WHERE hash = @hash", ("@hash", hash)) switch
            {
                null => new TokenUse(TokenOutcome.Unknown),
                long expiresAt when expiresAt <= now.UtcTicks => new TokenUse(TokenOutcome.Expired),
                _ => new TokenUse(TokenOutcome.UsedUp),
            };
        }, cancellationToken);

    public Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(
            Durability.Machine, session => session.Execute("DELETE FROM token WHERE hash = @hash", ("@hash", hash)) > 0, cancellationToken);

    public Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(
            Durability.Process, session => session.Execute("DELETE FROM token WHERE expires_at < @before", ("@before", before.UtcTicks)), cancellationToken);

    public Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadName(Listing, cursor);
        return catalog.Readers.ReadAsync(session => Pages.PageOf(
            session.All(Read, $"SELECT {Columns} FROM token WHERE hash > @after ORDER BY hash LIMIT @limit", ("@after", after ?? ""), ("@limit", limit + 1)),
            limit, token => token, token => Cursor.After(Listing, token.Hash)), cancellationToken);
    }

    private static Token Read(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), new(row.GetInt64(3), TimeSpan.Zero), row.GetInt32(4));
}
