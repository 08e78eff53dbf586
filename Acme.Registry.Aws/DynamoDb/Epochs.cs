using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>The current epoch, and whom its reset has kept.</summary>
/// <param name="Number">Counts the resets, from 1.</param>
/// <param name="Users">Users of the epoch before that are still there.</param>
/// <param name="Tokens">Tokens of the epoch before that are still there.</param>
internal sealed record EpochState(long Number, HashSet<string> Users, HashSet<string> Tokens)
{
    /// <summary>Whether a user's item counts.</summary>
    public bool SeesUser(Item item, string name) => Sees(item, Users.Contains(name));

    /// <summary>Whether a token's item counts.</summary>
    public bool SeesToken(Item item, string hash) => Sees(item, Tokens.Contains(hash));

    private bool Sees(Item item, bool isKept)
    {
        var epoch = item.Number(Attributes.Epoch);
        return epoch == Number || (isKept && epoch == Number - 1);
    }
}

/// <summary>
/// The item whose one write is a reset. Keys of artifacts, trails and jobs begin with the epoch, so that those of older epochs are out of sight
/// at once; users and tokens carry theirs, so that some can be kept.
/// </summary>
internal sealed class Epochs(DynamoTable table)
{
    private static readonly ItemKey Key = new("META", "EPOCH");
    private long _last;

    /// <summary>The current epoch.</summary>
    public async Task<EpochState> ReadAsync(CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(Key, cancellationToken) ?? throw new InvalidOperationException("PrepareAsync must be called before the catalog is used.");
        Volatile.Write(ref _last, item.Number(Attributes.Epoch));
        var kept = item.ContainsKey(Attributes.Document) ? item.UnpackJson<Dictionary<string, HashSet<string>>>() : [];
        return new(item.Number(Attributes.Epoch), kept.GetValueOrDefault("users") ?? [], kept.GetValueOrDefault("tokens") ?? []);
    }

    /// <summary>
    /// Reads in the epoch that was the last known, and again if it turns out not to be the current one. The epoch is looked at after the
    /// reading: what a reset leaves behind is cleared away piece by piece, and no reader shall see half of it.
    /// </summary>
    public async Task<T> InCurrentAsync<T>(Func<long, Task<T>> read, CancellationToken cancellationToken)
    {
        var epoch = await LastKnownAsync(cancellationToken);
        while (true)
        {
            var result = await read(epoch);
            var current = (await ReadAsync(cancellationToken)).Number;
            if (current == epoch) return result;
            epoch = current;
        }
    }

    /// <summary>The same for one item, at the same time as the epoch: of one item there is no half.</summary>
    public async Task<Item?> GetInCurrentAsync(Func<long, ItemKey> key, CancellationToken cancellationToken)
    {
        var epoch = await LastKnownAsync(cancellationToken);
        while (true)
        {
            var reading = table.GetAsync(key(epoch), cancellationToken);
            var current = (await ReadAsync(cancellationToken)).Number;
            var item = await reading;
            if (current == epoch) return item;
            epoch = current;
        }
    }

    /// <summary>The last known epoch, for work that looks at the current one afterwards.</summary>
    public async ValueTask<long> LastKnownAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _last) is var last and > 0 ? last : (await ReadAsync(cancellationToken)).Number;

    /// <summary>Makes the first epoch, if there is none.</summary>
    public Task BeginAsync(CancellationToken cancellationToken)
    {
        var item = Key.ToItem();
        item[Attributes.Epoch] = Attributes.N(1);
        item[Attributes.Nonce] = Attributes.S(Attributes.NewNonce());
        return table.TryPutAsync(item, Expression.IsNew, Attributes.Nonce, cancellationToken);
    }

    /// <summary>The one write of a reset; false when another reset came first.</summary>
    public Task<bool> TryAdvanceAsync(
        EpochState from, IReadOnlyCollection<string> users, IReadOnlyCollection<string> tokens, CancellationToken cancellationToken)
    {
        var item = Key.ToItem();
        item[Attributes.Epoch] = Attributes.N(from.Number + 1);
        item[Attributes.Nonce] = Attributes.S(Attributes.NewNonce());
        item[Attributes.Document] = Attributes.B(Attributes.PackJson(new Dictionary<string, IReadOnlyCollection<string>> { ["users"] = users, ["tokens"] = tokens }));
        return table.TryPutAsync(item, new("e = :e", (":e", Attributes.N(from.Number))), Attributes.Nonce, cancellationToken);
    }
}
