using System.Globalization;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// What is kept of deleted artifacts: an item each, spread over the shards of the artifacts, whose local index has them in the order of their deletion. So one
/// write of one item keeps both, and a shard holds only what was deleted lately.
/// </summary>
internal sealed class DynamoDeletedArtifactStore(DynamoTable table, Epochs epochs) : IDeletedArtifactStore
{
    private const string DeletedBy = "by";

    public async Task SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken = default)
    {
        var epoch = entry.Artifact.Epoch;
        await CheckAsync();
        var item = ArtifactKeys.Deleted(epoch, entry.Id).ToItem();
        item[Attributes.Document] = StoredArtifact.PackRecord(entry.Artifact);
        item[Attributes.Change] = Attributes.S(PlaceOf(entry.DeletedAt.UtcTicks, entry.Id.ToString()));
        item[DeletedBy] = Attributes.S(entry.DeletedBy);
        await table.PutAsync(item, cancellationToken);
        try
        {
            await CheckAsync();
        }
        catch (EpochChangedException)
        {
            // The clearing of what the reset has put out of sight may have passed by already.
            await table.DeleteAsync(ItemKey.Of(item), cancellationToken);
            throw;
        }

        async Task CheckAsync()
        {
            if ((await epochs.ReadAsync(cancellationToken)).Number != epoch) throw new EpochChangedException();
        }
    }

    public async Task<DeletedArtifact?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default) =>
        await epochs.GetInCurrentAsync(epoch => ArtifactKeys.Deleted(epoch, id), cancellationToken) is { } item ? Read(item) : null;

    public async Task<Page<DeletedArtifact>> ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DeletedArtifactPlace.Read(order, cursor);
        return await epochs.InCurrentAsync(async epoch =>
        {
            List<DeletedArtifact> entries = [];
            var from = PlaceOf(after.Ticks, after.Id);
            while (entries.Count <= limit)
            {
                var wanted = limit + 1 - entries.Count;
                var places = await NextAsync(epoch, order, from, wanted, cancellationToken);
                if (places.Count == 0) break;
                var items = (await table.GetAsync([.. places.Select(ItemKey.Of)], cancellationToken)).ToDictionary(ItemKey.Of);
                // What has been deleted anew between the two reads stands elsewhere now: before this page, or further on.
                entries.AddRange(places
                    .Where(p => items.TryGetValue(ItemKey.Of(p), out var item) && item[Attributes.Change].S == p[Attributes.Change].S)
                    .Select(p => Read(items[ItemKey.Of(p)])));
                from = places[^1][Attributes.Change].S;
            }
            return Pages.PageOf(entries, limit, entry => entry, entry => DeletedArtifactPlace.CursorAfter(order, entry));
        }, cancellationToken);
    }

    public async Task<bool> RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default)
    {
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        return await table.TryDeleteAsync(
            ArtifactKeys.Deleted(epoch, id), new("c = :c", (":c", Attributes.S(PlaceOf(deletedAt.UtcTicks, id.ToString())))), cancellationToken);
    }

    /// <summary>Keys and places of the so many that come next to a place, over all shards.</summary>
    private async Task<List<Item>> NextAsync(long epoch, DeletionOrder order, string from, int count, CancellationToken cancellationToken)
    {
        var backwards = order == DeletionOrder.Newest;
        var shards = await Task.WhenAll(ArtifactKeys.Shards.Select(async shard =>
            await table.QueryNextTimesAsync(ArtifactKeys.Deleted(epoch, shard), from, backwards, count, cancellationToken).Take(count).ToListAsync(cancellationToken)));
        var ascending = shards.SelectMany(items => items).OrderBy(item => item[Attributes.Change].S, StringComparer.Ordinal);
        return [.. (backwards ? ascending.Reverse() : ascending).Take(count)];
    }

    private static string PlaceOf(long ticks, string id) => $"{ticks.ToString("D19", CultureInfo.InvariantCulture)}#{id}";

    private static DeletedArtifact Read(Item item) => new(
        StoredArtifact.ReadRecord(item), new(long.Parse(item[Attributes.Change].S.AsSpan(0, 19), CultureInfo.InvariantCulture), TimeSpan.Zero), item[DeletedBy].S);
}
