using System.Globalization;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// A partition for each artifact's trail, in the order of numbers that a counter of the artifact's gives out: of two entries the one whose call
/// returned before the other's began has the lower, whatever the clocks of their instances say.
/// </summary>
internal sealed class DynamoAuditLog(DynamoTable table, Epochs epochs) : IAuditLog
{
    private const char Listing = 'l';
    private const char Artifacts = 't';
    private const string Count = "n";

    /// <summary>What an id may begin with, in ordinal order: each has a partition of counters, so that no one partition takes every download.</summary>
    public static string Letters { get; } = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The partition of an artifact's entries.</summary>
    public static string Trail(long epoch, ArtifactId id) => $"{epoch}#L#{id}";

    /// <summary>The partition of the counters of the artifacts whose ids begin so.</summary>
    public static string Counters(long epoch, char letter) => $"{epoch}#LC#{letter}";

    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        var id = entry.ArtifactId.ToString();
        var counter = await table.TryUpdateAsync(
            new(Counters(epoch, id[0]), id), new("ADD n :one", (":one", Attributes.N(1))), null, cancellationToken);
        var item = new ItemKey(Trail(epoch, entry.ArtifactId), counter!.Number(Count).ToString("D19", CultureInfo.InvariantCulture)).ToItem();
        item[Attributes.Document] = Attributes.B(Attributes.PackJson(entry));
        await table.PutAsync(item, cancellationToken);
    }

    public async Task<Page<AuditEntry>> ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadNumber(Listing, cursor);
        return await epochs.InCurrentAsync(async epoch =>
        {
            List<(long Number, AuditEntry Entry)> rows = [];
            await foreach (var item in table.QueryAsync(Trail(epoch, id), after.ToString("D19", CultureInfo.InvariantCulture), limit + 1, cancellationToken))
            {
                rows.Add((long.Parse(item[Attributes.Sort].S, CultureInfo.InvariantCulture), item.UnpackJson<AuditEntry>()));
                if (rows.Count > limit) break;
            }
            return Pages.PageOf(rows, limit, r => r.Entry, r => Cursor.After(Listing, r.Number));
        }, cancellationToken);
    }

    public async Task<Page<ArtifactId>> ListArtifactsAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DynamoTable.ReadSortKey(Artifacts, cursor);
        return await epochs.InCurrentAsync(async epoch =>
        {
            List<ArtifactId> ids = [];
            foreach (var letter in Letters.Where(l => after is null || l >= after[0]))
            {
                await foreach (var counter in table.QueryAsync(Counters(epoch, letter), after, limit + 1 - ids.Count, cancellationToken))
                {
                    ids.Add(ArtifactId.Parse(counter[Attributes.Sort].S));
                    if (ids.Count > limit) return Page(ids);
                }
            }
            return Page(ids);
        }, cancellationToken);

        Page<ArtifactId> Page(List<ArtifactId> ids) => Pages.PageOf(ids, limit, id => id, id => Cursor.After(Artifacts, id.ToString()));
    }
}
