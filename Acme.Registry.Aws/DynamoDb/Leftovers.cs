using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// Takes away what changes left that died: goes through the <see cref="ChangeJournal"/>, asks each artifact which of the items written down are its
/// own, and deletes the others.
/// </summary>
/// <remarks>
/// The artifact is asked, then fenced (<see cref="UrlClaims"/>), then the items are deleted. Entries and cards have a nonce in their keys: one that the
/// record does not name could be named only by the save that wrote it, and a save that began before the fence does not get through any more. It begins
/// anew, with new nonces. A claim has one key for all: it is deleted only with the nonce that it had before the fence, which no later save relies on.
/// So nothing of the living is lost, whatever any clock says; the grace time only keeps their saves from being fenced. Who is fenced writes down again
/// what it has written: only a save that takes longer than the grace time and then dies as well would leave what nobody knows of.
/// </remarks>
internal sealed class Leftovers(DynamoTable table, TimeProvider time) : ICatalogLeftovers
{
    private const int MaxPerShard = 1000;
    private const int ShardsAtOnce = 4;

    private readonly ChangeJournal _journal = new(table, time);
    private readonly UrlClaims _claims = new(table, time);

    public async Task<int> CollectAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default)
    {
        var epoch = (await new Epochs(table).ReadAsync(cancellationToken)).Number;
        var count = 0;
        await Parallel.ForEachAsync(ArtifactKeys.Shards, new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellationToken }, async (shard, ct) =>
        {
            await foreach (var (key, intent) in _journal.ReadAsync(shard, begunBefore, ct).Take(MaxPerShard))
            {
                await (intent.Epoch == epoch ? CollectAsync(intent, ct) : ClearAsync(intent, ct));
                await _journal.EndAsync(key, ct);
                Interlocked.Increment(ref count);
            }
        });
        return count;
    }

    private async Task CollectAsync(ChangeIntent intent, CancellationToken cancellationToken)
    {
        var artifact = ArtifactKeys.Artifact(intent.Epoch, intent.Position);
        while (true)
        {
            var item = await table.GetAsync(artifact, cancellationToken);
            var left = intent.Keys.Except(StoredArtifact.Read(item)?.Belongings(intent.Epoch) ?? []).ToLookup(ArtifactKeys.IsClaim);
            var claims = await table.GetAsync([.. left[true]], cancellationToken);
            if (!await _claims.FenceAsync(artifact, item, cancellationToken)) continue;
            foreach (var key in left[false]) await table.DeleteAsync(key, cancellationToken);
            // Another artifact may have taken a claim over.
            foreach (var claim in claims.Where(c => c[UrlClaims.Holder].S == intent.Position)) await _claims.ReleaseAsync(claim, cancellationToken);
            return;
        }
    }

    /// <summary>Of an epoch that is over everything goes, also what was published there too late to be cleared away with the rest.</summary>
    private async Task ClearAsync(ChangeIntent intent, CancellationToken cancellationToken)
    {
        var artifact = ArtifactKeys.Artifact(intent.Epoch, intent.Position);
        if (await table.GetAsync(artifact, cancellationToken) is { } item) await new EpochClearing(table).ClearAsync(intent.Epoch, item, cancellationToken);
        foreach (var key in intent.Keys) await table.DeleteAsync(key, cancellationToken);
    }
}
