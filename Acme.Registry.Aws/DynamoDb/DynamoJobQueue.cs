using System.Text;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Jobs as items of one partition, ordered by when they are due in its local index; a lease is one conditional update.</summary>
internal sealed class DynamoJobQueue(DynamoTable table, Epochs epochs) : IJobQueue
{
    private const char Listing = 'j';
    private const int MaxPayloadBytes = 64 * 1024;
    private const int LookedAtOnce = 25;
    private const string Owner = "o";
    private const string LeasedUntil = "u";
    private const string Attempts = "a";

    // Sorts after every time's text, so that what is due at an instant is behind it whatever its id.
    private const string BehindTime = "#~";

    /// <summary>The partition of an epoch's jobs.</summary>
    public static string Partition(long epoch) => $"{epoch}#J";

    public async Task<bool> AddAsync(Job job, CancellationToken cancellationToken = default)
    {
        if (Encoding.UTF8.GetByteCount(job.Payload) > MaxPayloadBytes)
        {
            throw new ArgumentException($"A job's payload has at most {MaxPayloadBytes} bytes. Keep what is larger in a blob.", nameof(job));
        }
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        var item = new ItemKey(Partition(epoch), job.Id).ToItem();
        item[Attributes.Document] = Attributes.B(Attributes.PackJson(job));
        item[Attributes.Change] = Attributes.S(Due(job.Id, job.DueAt));
        item[Attributes.Nonce] = Attributes.S(Attributes.NewNonce());
        item[Attempts] = Attributes.N(job.Attempts);
        if (job.Owner is not null) item[Owner] = Attributes.S(job.Owner);
        if (job.Owner is not null) item[LeasedUntil] = Attributes.N(job.LeasedUntil.UtcTicks);
        return await table.TryPutAsync(item, Expression.IsNew, Attributes.Nonce, cancellationToken);
    }

    public async Task<Job?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await epochs.GetInCurrentAsync(epoch => new(Partition(epoch), id), cancellationToken) is { } item ? Read(item) : null;

    public async Task<Job?> LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
            var lostOne = false;
            // Those that others hold come first, having been due longest; they are few. The rest is looked at in the order in which it is due.
            await foreach (var batch in InBatchesAsync(table.QueryTimesUpToAsync(Partition(epoch), Attributes.Time(now) + BehindTime, cancellationToken)))
            {
                var items = (await table.GetAsync([.. batch.Select(id => new ItemKey(Partition(epoch), id))], cancellationToken)).ToDictionary(i => i[Attributes.Sort].S);
                foreach (var item in batch.Where(items.ContainsKey).Select(id => items[id]))
                {
                    if (item.ContainsKey(Owner) && item.Number(LeasedUntil) > now.UtcTicks) continue;
                    var leased = await table.TryUpdateAsync(
                        new(Partition(epoch), item[Attributes.Sort].S),
                        new("SET o = :owner, u = :until, n = :new", (":owner", Attributes.S(owner)), (":until", Attributes.N((now + lease).UtcTicks)), (":new", Attributes.S(Attributes.NewNonce()))),
                        new("n = :seen", (":seen", item[Attributes.Nonce])), cancellationToken);
                    if (leased is not null) return Read(leased);
                    lostOne = true;
                }
            }
            if (!lostOne) return null;
        }
    }

    public async Task<bool> RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        return await table.TryUpdateAsync(
            new(Partition(epoch), id),
            new("SET u = :until, n = :new", (":until", Attributes.N((now + lease).UtcTicks)), (":new", Attributes.S(Attributes.NewNonce()))),
            new("o = :owner AND u > :now", (":owner", Attributes.S(owner)), (":now", Attributes.N(now.UtcTicks))), cancellationToken) is not null;
    }

    public async Task<bool> FinishAsync(string id, string owner, DateTimeOffset? retryAt = null, CancellationToken cancellationToken = default)
    {
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        var key = new ItemKey(Partition(epoch), id);
        var isOwners = new Expression("o = :owner", (":owner", Attributes.S(owner)));
        if (retryAt is not { } dueAt) return await table.TryDeleteAsync(key, isOwners, cancellationToken);
        return await table.TryUpdateAsync(
            key,
            new("SET c = :due, n = :new, a = a + :one REMOVE o, u", (":due", Attributes.S(Due(id, dueAt))), (":new", Attributes.S(Attributes.NewNonce())), (":one", Attributes.N(1))),
            isOwners, cancellationToken) is not null;
    }

    public async Task<Page<Job>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DynamoTable.ReadSortKey(Listing, cursor);
        return await epochs.InCurrentAsync(async epoch =>
        {
            List<Job> jobs = [];
            await foreach (var item in table.QueryAsync(Partition(epoch), after, limit + 1, cancellationToken))
            {
                jobs.Add(Read(item));
                if (jobs.Count > limit) break;
            }
            return Pages.PageOf(jobs, limit, j => j, j => Cursor.After(Listing, j.Id));
        }, cancellationToken);
    }

    private static string Due(string id, DateTimeOffset dueAt) => $"{Attributes.Time(dueAt)}#{id}";

    private static Job Read(Item item)
    {
        var due = long.Parse(item[Attributes.Change].S.AsSpan(0, 19), System.Globalization.CultureInfo.InvariantCulture);
        return item.UnpackJson<Job>() with
        {
            DueAt = new(due, TimeSpan.Zero),
            Attempts = (int)item.Number(Attempts),
            Owner = item.Text(Owner),
            LeasedUntil = new(item.Number(LeasedUntil), TimeSpan.Zero),
        };
    }

    private static async IAsyncEnumerable<List<string>> InBatchesAsync(IAsyncEnumerable<Item> items)
    {
        List<string> batch = [];
        await foreach (var item in items)
        {
            batch.Add(item[Attributes.Sort].S);
            if (batch.Count < LookedAtOnce) continue;
            yield return batch;
            batch = [];
        }
        if (batch.Count > 0) yield return batch;
    }
}
