using System.Globalization;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// Tokens as items of sixteen partitions, by the first digit of the hash; taking calls off is one conditional update. DynamoDB's time to live takes
/// them away some day after they have expired; nothing relies on it.
/// </summary>
internal sealed class DynamoTokenStore(DynamoTable table, Epochs epochs) : ITokenStore
{
    private const char Listing = 'k';
    private const string Digits = "0123456789abcdef";
    private const string CallsLeft = "l";

    /// <summary>The token's item.</summary>
    public static ItemKey KeyOf(string hash) => new(Partition(hash.Length > 0 ? hash[0] : '0'), hash);

    /// <summary>The partition of entries that lead to a user's tokens.</summary>
    public static string OfUser(string name) => $"UT#{name}";

    public async Task AddAsync(Token token, CancellationToken cancellationToken = default)
    {
        if (token.Hash.Length == 0 || !Digits.Contains(token.Hash[0])) throw new ArgumentException("A token's hash is in lower-case hexadecimal.", nameof(token));
        var state = await epochs.ReadAsync(cancellationToken);
        var timeToLive = Attributes.N(token.ExpiresAt.AddDays(1).ToUnixTimeSeconds());
        // The entry first: one that leads nowhere does no harm, a token that outlives its user would.
        var entry = new ItemKey(OfUser(token.UserName), token.Hash).ToItem();
        entry[Attributes.TimeToLive] = timeToLive;
        await table.PutAsync(entry, cancellationToken);
        var item = KeyOf(token.Hash).ToItem();
        item[Attributes.Document] = Attributes.B(Attributes.PackJson(token));
        item[Attributes.Change] = Attributes.S(Attributes.Time(token.ExpiresAt));
        item[Attributes.Epoch] = Attributes.N(state.Number);
        item[Attributes.TimeToLive] = timeToLive;
        item[CallsLeft] = Attributes.N(token.CallsLeft);
        await table.PutAsync(item, cancellationToken);
    }

    public async Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(calls);
        // As many as are asked for, until the item shows that fewer are left.
        var taken = calls;
        while (true)
        {
            var state = await epochs.ReadAsync(cancellationToken);
            var seen = state.Tokens.Contains(hash) ? "e IN (:e, :kept)" : "e = :e";
            var condition = new Expression($"{seen} AND l >= :least AND c > :now",
                [(":e", Attributes.N(state.Number)), (":least", Attributes.N(Math.Max(1, taken))), (":now", Attributes.S(Attributes.Time(now))), .. Kept(state, hash)]);
            var used = await table.TryUpdateAsync(KeyOf(hash), new("SET l = l - :taken", (":taken", Attributes.N(taken))), condition, cancellationToken);
            if (used is not null) return new(TokenOutcome.Granted, Read(used)) { Calls = taken };

            var item = await table.GetAsync(KeyOf(hash), cancellationToken);
            if (item is null || !state.SeesToken(item, hash)) return new(TokenOutcome.Unknown);
            var token = Read(item);
            if (token.ExpiresAt <= now) return new(TokenOutcome.Expired);
            if (token.CallsLeft <= 0) return new(TokenOutcome.UsedUp);
            taken = Math.Min(calls, token.CallsLeft);
        }
    }

    public async Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken = default)
    {
        var state = await epochs.ReadAsync(cancellationToken);
        if (await table.GetAsync(KeyOf(hash), cancellationToken) is not { } item) return false;
        return await DeleteAsync(item, cancellationToken) && state.SeesToken(item, hash);
    }

    public async Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var state = await epochs.ReadAsync(cancellationToken);
        var deleted = 0;
        foreach (var digit in Digits)
        {
            await foreach (var found in table.QueryTimesUpToAsync(Partition(digit), Attributes.Time(before.AddTicks(-1)), cancellationToken))
            {
                var hash = found[Attributes.Sort].S;
                if (await table.GetAsync(KeyOf(hash), cancellationToken) is { } item && await DeleteAsync(item, cancellationToken) && state.SeesToken(item, hash)) deleted++;
            }
        }
        return deleted;
    }

    public async Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DynamoTable.ReadSortKey(Listing, cursor);
        var state = await epochs.ReadAsync(cancellationToken);
        List<Token> tokens = [];
        foreach (var digit in Digits.Where(d => after is null || d >= after[0]))
        {
            await foreach (var item in table.QueryAsync(Partition(digit), after, limit + 1 - tokens.Count, cancellationToken))
            {
                if (state.SeesToken(item, item[Attributes.Sort].S)) tokens.Add(Read(item));
                if (tokens.Count > limit) return Page();
            }
        }
        return Page();

        Page<Token> Page() => Pages.PageOf(tokens, limit, t => t, t => Cursor.After(Listing, t.Hash));
    }

    private static string Partition(char digit) => $"TOKENS#{digit}";

    private static (string, Amazon.DynamoDBv2.Model.AttributeValue)[] Kept(EpochState state, string hash) =>
        state.Tokens.Contains(hash) ? [(":kept", Attributes.N(state.Number - 1))] : [];

    private static Token Read(Item item) => item.UnpackJson<Token>() with { CallsLeft = int.Parse(item[CallsLeft].N, CultureInfo.InvariantCulture) };

    private async Task<bool> DeleteAsync(Item item, CancellationToken cancellationToken)
    {
        var token = Read(item);
        var isGone = await table.TryDeleteAsync(KeyOf(token.Hash), Expression.Exists, cancellationToken);
        await table.DeleteAsync(new(OfUser(token.UserName), token.Hash), cancellationToken);
        return isGone;
    }
}
