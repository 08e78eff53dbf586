using System.Runtime.CompilerServices;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>What a change to an artifact may leave behind if it dies.</summary>
/// <param name="Epoch">The epoch of the change.</param>
/// <param name="Position">The artifact's.</param>
/// <param name="Keys">What hangs on the artifact either before the change or after it, but not both.</param>
internal sealed record ChangeIntent(long Epoch, string Position, IReadOnlyList<ItemKey> Keys);

/// <summary>
/// Says before the first write of a change which items it may leave behind, and takes that back when it has left none. Whoever looks for leftovers
/// reads what was not taken back, and need not walk the catalog. In the order of time; no epoch in the keys, so that a reset hides none of it.
/// </summary>
internal sealed class ChangeJournal(DynamoTable table, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>Writes down a change from one record to another, either of which may be missing; nothing where it can leave nothing behind.</summary>
    public async Task<Item?> BeginAsync(long epoch, StoredArtifact? old, StoredArtifact? stored, CancellationToken cancellationToken)
    {
        HashSet<ItemKey> keys = [.. old?.Belongings(epoch) ?? []];
        keys.SymmetricExceptWith(stored?.Belongings(epoch) ?? []);
        if (keys.Count == 0) return null;
        var position = ArtifactKeys.Position((stored ?? old!).Artifact.Id);
        var item = new ItemKey(Partition(position[0] - '0'), NewSort()).ToItem();
        item[Attributes.Document] = Attributes.B(Attributes.PackJson(new ChangeIntent(epoch, position, [.. keys])));
        await table.PutAsync(item, cancellationToken);
        return item;
    }

    /// <summary>
    /// Writes it down again: it may be gone, where leftovers were collected while the change was still under way. Under a key of its own, since whoever
    /// collected them may be about to delete the first.
    /// </summary>
    public Task RepeatAsync(Item intent, CancellationToken cancellationToken)
    {
        var item = new ItemKey(ItemKey.Of(intent).Partition, NewSort()).ToItem();
        item[Attributes.Document] = intent[Attributes.Document];
        return table.PutAsync(item, cancellationToken);
    }

    /// <summary>Takes back what was written down.</summary>
    public Task EndAsync(ItemKey intent, CancellationToken cancellationToken) => table.DeleteAsync(intent, cancellationToken);

    /// <summary>What was written down before a time and not taken back, in one shard, the oldest first.</summary>
    public async IAsyncEnumerable<(ItemKey Key, ChangeIntent Intent)> ReadAsync(
        int shard, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in table.QueryBeforeAsync(Partition(shard), Attributes.Time(before), PageSize, cancellationToken))
            yield return (ItemKey.Of(item), item.UnpackJson<ChangeIntent>());
    }

    private string NewSort() => $"{Attributes.Time(time.GetUtcNow())}#{Attributes.NewNonce()}";

    private static string Partition(int shard) => $"CHANGES#{shard}";
}
