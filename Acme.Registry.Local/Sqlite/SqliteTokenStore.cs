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

    public Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(calls);
        // The one writer: nobody takes calls off between the two statements.
        return catalog.Writer.WriteAsync(Durability.Process, session =>
        {
            if (session.First(Read, $"SELECT {Columns} FROM token WHERE hash = @hash", ("@hash", hash)) is not { } token) return new TokenUse(TokenOutcome.Unknown);
            if (token.ExpiresAt.UtcTicks <= now.UtcTicks) return new TokenUse(TokenOutcome.Expired);
            if (token.CallsLeft == 0) return new TokenUse(TokenOutcome.UsedUp);
            var taken = Math.Min(calls, token.CallsLeft);
            if (taken > 0) session.Execute("UPDATE token SET calls_left = calls_left - @taken WHERE hash = @hash", ("@taken", taken), ("@hash", hash));
            return new TokenUse(TokenOutcome.Granted, token with { CallsLeft = token.CallsLeft - taken }) { Calls = taken };
        }, cancellationToken);
    }

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
