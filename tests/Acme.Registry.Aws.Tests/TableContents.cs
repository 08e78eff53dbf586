using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Amazon.DynamoDBv2;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.Tests;

/// <summary>
/// All that lies in a catalog's table, beside what the catalog tells. The keys are those of <c>docs/dynamodb.md</c>, written down a second time: a test
/// that asked the driver for them would agree with it whatever it did.
/// </summary>
internal sealed class TableContents
{
    private readonly Dictionary<(string Partition, string Sort), Item> _items;

    private TableContents(Dictionary<(string Partition, string Sort), Item> items) => _items = items;

    /// <summary>The keys of all items.</summary>
    public IReadOnlyCollection<(string Partition, string Sort)> Keys => _items.Keys;

    /// <summary>Whether what a reset left behind is still being cleared away.</summary>
    public bool IsClearing => EpochIn("CLEARED") < EpochIn("EPOCH") - 1;

    /// <summary>Reads the whole table.</summary>
    public static async Task<TableContents> ReadAsync(IAmazonDynamoDB client, string table)
    {
        Dictionary<(string, string), Item> items = [];
        Item? from = null;
        do
        {
            var page = await client.ScanAsync(new() { TableName = table, ConsistentRead = true, ExclusiveStartKey = from });
            foreach (var item in page.Items ?? []) items.Add((item["pk"].S, item["sk"].S), item);
            from = page.LastEvaluatedKey;
        }
        while (from is { Count: > 0 });
        return new(items);
    }

    /// <summary>What the published artifacts need and is not there, and what is there although nothing leads to it and no time to live takes it away.</summary>
    public async Task<(List<string> Missing, List<string> Unreachable)> CompareAsync(ICatalog catalog)
    {
        var epoch = await catalog.GetEpochAsync();
        HashSet<(string, string)> expected = [("META", "EPOCH"), ("META", "CLEARED")];
        List<string> missing = [];
        foreach (var artifact in await AllAsync(cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 500)))
        {
            var (key, item) = _items.Single(i => i.Key.Partition.StartsWith($"{epoch}#A#", StringComparison.Ordinal) && i.Key.Sort == artifact.Id.ToString());
            foreach (var needed in NeededBy(epoch, artifact, key.Partition[^1], item).Append(key))
            {
                expected.Add(needed);
                if (!_items.ContainsKey(needed)) missing.Add($"{needed} of '{artifact.Name}' ({artifact.Id})");
            }
        }
        var deleted = (await AllAsync(cursor => catalog.Deleted.ListAsync(DeletionOrder.Oldest, cursor, 500))).Select(d => d.Id.ToString()).ToHashSet();
        expected.UnionWith(_items.Keys.Where(k => k.Partition.StartsWith($"{epoch}#D#", StringComparison.Ordinal) && deleted.Contains(k.Sort)));
        expected.UnionWith((await AllAsync(cursor => catalog.Users.ListAsync(cursor, 500))).Select(u => ("USERS", u.Name)));
        expected.UnionWith((await AllAsync(cursor => catalog.Jobs.ListAsync(cursor, 500))).Select(j => ($"{epoch}#J", j.Id)));
        return (missing, [.. _items.Where(i => !expected.Contains(i.Key) && !i.Value.ContainsKey("ttl") && !IsOther(epoch, i.Key)).Select(i => $"{i.Key}")]);
    }

    private long EpochIn(string name) => _items.TryGetValue(("META", name), out var item) ? long.Parse(item["e"].N, CultureInfo.InvariantCulture) : 0;

    private static IEnumerable<(string, string)> NeededBy(long epoch, Artifact artifact, char shard, Item item)
    {
        var type = artifact.Type.Word();
        var entry = $"{shard}{artifact.Id}#{item["en"].S}";
        yield return ($"{epoch}#N#{type}#{artifact.Name}", entry);
        yield return ($"{epoch}#T#{type}#{shard}", entry);
        yield return ($"{epoch}#U#{type}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(artifact.Url)))}", "U");
        if (item.TryGetValue("ca", out var card)) yield return ($"{epoch}#C#{artifact.Id}", card.S);
    }

    /// <summary>Settings, counters of trails, and the entries that a counter has counted.</summary>
    private bool IsOther(long epoch, (string Partition, string Sort) key)
    {
        if (key.Partition == "SETTINGS" || key.Partition.StartsWith($"{epoch}#LC#", StringComparison.Ordinal)) return true;
        if (!key.Partition.StartsWith($"{epoch}#L#", StringComparison.Ordinal)) return false;
        var id = key.Partition[$"{epoch}#L#".Length..];
        return _items.TryGetValue(($"{epoch}#LC#{id[0]}", id), out var counter)
            && long.Parse(key.Sort, CultureInfo.InvariantCulture) <= long.Parse(counter["n"].N, CultureInfo.InvariantCulture);
    }

    private static async Task<List<T>> AllAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        List<T> all = [];
        string? cursor = null;
        do
        {
            var page = await read(cursor);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }
}
