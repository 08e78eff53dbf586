using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// Lists artifacts in the order of their positions. Every artifact: the partitions of the artifacts themselves. By type or name: entries lead to
/// positions, and the artifacts there are looked at; an entry that does not fit any more is passed over.
/// </summary>
internal sealed class ArtifactListing(DynamoTable table)
{
    private const int ScansAtOnce = 8;

    /// <summary>The first artifacts behind a position that meet one of the filters.</summary>
    public async Task<List<Artifact>> ReadAsync(
        long epoch, IReadOnlyList<ArtifactFilter> filters, string? after, int limit, CancellationToken cancellationToken)
    {
        if (filters.Any(f => f is { Name: null, Types.Count: 0 })) return await ReadAllAsync(epoch, after, limit, cancellationToken);
        var scans = ScansFor(filters);
        List<Artifact> found = [];
        while (true)
        {
            var results = new (List<string> Positions, bool IsCut)[scans.Count];
            await Parallel.ForEachAsync(scans.Index(), new ParallelOptions { MaxDegreeOfParallelism = ScansAtOnce, CancellationToken = cancellationToken }, async (scan, ct) =>
                results[scan.Index] = await ReadEntriesAsync(epoch, scan.Item, after, limit, ct));

            // Behind the last entry of a scan that was cut short there may be more of its own: only up to there is the union known.
            var horizon = results.Where(r => r.IsCut).Select(r => r.Positions[^1]).Min(StringComparer.Ordinal);
            SortedSet<string> positions = new(
                results.SelectMany(r => r.Positions).Where(p => horizon is null || string.CompareOrdinal(p, horizon) <= 0), StringComparer.Ordinal);
            var wanted = positions.Take(limit - found.Count).ToList();
            var items = await table.GetAsync([.. wanted.Select(p => ArtifactKeys.Artifact(epoch, p))], cancellationToken);
            found.AddRange(items.Select(StoredArtifact.Read).OfType<StoredArtifact>().Select(s => s.Artifact)
                .Where(a => filters.Any(f => f.Matches(a))).OrderBy(a => ArtifactKeys.Position(a.Id), StringComparer.Ordinal));
            var isAll = wanted.Count == positions.Count;
            if (found.Count >= limit || (isAll && horizon is null)) return found;
            after = isAll ? horizon : wanted[^1];
        }
    }

    private async Task<List<Artifact>> ReadAllAsync(long epoch, string? after, int limit, CancellationToken cancellationToken)
    {
        List<Artifact> found = [];
        foreach (var shard in ShardsBehind(after))
        {
            var sort = after is not null && shard == after[0] - '0' ? after[1..] : null;
            await foreach (var item in table.QueryAsync(ArtifactKeys.Listing(epoch, shard), sort, limit - found.Count, cancellationToken))
            {
                if (StoredArtifact.Read(item) is not { } stored) continue;
                found.Add(stored.Artifact);
                if (found.Count == limit) return found;
            }
        }
        return found;
    }

    private async Task<(List<string> Positions, bool IsCut)> ReadEntriesAsync(long epoch, Scan scan, string? after, int limit, CancellationToken cancellationToken)
    {
        List<string> positions = [];
        var behind = after is null ? null : ArtifactKeys.BehindEntriesOf(after);
        IEnumerable<string> partitions = scan.Name is not null
            ? [ArtifactKeys.Names(epoch, scan.Type, scan.Name)]
            : ShardsBehind(after).Select(shard => ArtifactKeys.Types(epoch, scan.Type, shard));
        foreach (var partition in partitions)
        {
            await foreach (var entry in table.QueryAsync(partition, behind, limit - positions.Count, cancellationToken))
            {
                positions.Add(ArtifactKeys.PositionOf(entry[Attributes.Sort].S));
                if (positions.Count == limit) return (positions, true);
            }
        }
        return (positions, false);
    }

    private static IEnumerable<int> ShardsBehind(string? position) => ArtifactKeys.Shards.Where(shard => position is null || shard >= position[0] - '0');

    private static List<Scan> ScansFor(IReadOnlyList<ArtifactFilter> filters) =>
        [.. filters.SelectMany(f => (f.Types.Count == 0 ? ArtifactTypes.All : f.Types).Select(type => new Scan(f.Name, type))).Distinct()];

    private sealed record Scan(string? Name, ArtifactType Type);
}
