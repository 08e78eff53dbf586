using Acme.Registry.Artifacts;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// Clears away what resets have put out of sight: artifacts with all that hangs on them, deleted ones, trails, jobs and users; tokens go when they expire. How far it has come is kept in the table, so
/// that another process goes on where one died.
/// </summary>
internal sealed class EpochClearing(DynamoTable table)
{
    private static readonly ItemKey Progress = new("META", "CLEARED");

    private const int PageSize = 100;
    private const int DeletesAtOnce = 4;

    /// <summary>Clears all epochs up to this one, which is over, but for those that have been.</summary>
    public async Task RunUpToAsync(long last, CancellationToken cancellationToken)
    {
        var cleared = await table.GetAsync(Progress, cancellationToken) is { } item ? item.Number(Attributes.Epoch) : 0;
        for (var epoch = cleared + 1; epoch <= last; epoch++)
        {
            await ClearAsync(epoch, cancellationToken);
            // Where two processes clear, the one behind has nothing to note.
            await table.TryUpdateAsync(
                Progress, new("SET e = :done", (":done", Attributes.N(epoch))), new("attribute_not_exists(e) OR e < :done", (":done", Attributes.N(epoch))), cancellationToken);
        }
    }

    /// <summary>Clears away an artifact with all that hangs on it.</summary>
    public async Task ClearAsync(long epoch, Item artifact, CancellationToken cancellationToken)
    {
        var key = ItemKey.Of(artifact);
        for (var item = artifact; item is not null; item = await table.GetAsync(key, cancellationToken))
        {
            if (StoredArtifact.Read(item) is { } stored) await DeleteAsync(stored.Belongings(epoch), cancellationToken);
            // A save of before the reset may have come meanwhile, with other things hanging on it.
            if (await table.TryDeleteAsync(key, UrlClaims.IsStill(item), cancellationToken)) return;
        }
    }

    private async Task ClearAsync(long epoch, CancellationToken cancellationToken)
    {
        foreach (var shard in ArtifactKeys.Shards)
        {
            await foreach (var item in table.QueryAsync(ArtifactKeys.Listing(epoch, shard), null, PageSize, cancellationToken))
            {
                await ClearAsync(epoch, item, cancellationToken);
            }
            await ClearAsync(ArtifactKeys.Deleted(epoch, shard), cancellationToken);
        }
        foreach (var letter in DynamoAuditLog.Letters)
        {
            await foreach (var counter in table.QueryAsync(DynamoAuditLog.Counters(epoch, letter), null, PageSize, cancellationToken))
            {
                await ClearAsync(DynamoAuditLog.Trail(epoch, ArtifactId.Parse(counter[Attributes.Sort].S)), cancellationToken);
                await table.DeleteAsync(ItemKey.Of(counter), cancellationToken);
            }
        }
        await ClearAsync(DynamoJobQueue.Partition(epoch), cancellationToken);
        await ClearUsersAsync(cancellationToken);
    }

    /// <summary>Users that no reset has kept. Whom the current epoch does not see, none to come will.</summary>
    private async Task ClearUsersAsync(CancellationToken cancellationToken)
    {
        var state = await new Epochs(table).ReadAsync(cancellationToken);
        await foreach (var item in table.QueryAsync(DynamoUserStore.Partition, null, PageSize, cancellationToken))
        {
            var name = item[Attributes.Sort].S;
            if (!state.SeesUser(item, name)) await table.TryDeleteAsync(DynamoUserStore.KeyOf(name), new("v = :v", (":v", item[Attributes.Version])), cancellationToken);
        }
    }

    private async Task ClearAsync(string partition, CancellationToken cancellationToken)
    {
        await foreach (var item in table.QueryAsync(partition, null, PageSize, cancellationToken))
            await table.DeleteAsync(new(partition, item[Attributes.Sort].S), cancellationToken);
    }

    private Task DeleteAsync(IEnumerable<ItemKey> keys, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        keys, new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken }, async (key, ct) => await table.DeleteAsync(key, ct));
}
