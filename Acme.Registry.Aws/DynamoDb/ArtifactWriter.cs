using System.Net.Sockets;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Amazon.Runtime;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// Publishes, replaces and deletes artifacts, each by one conditional write of one item. What must be there for an artifact to be found
/// (claim, entries, card) is written before; it says nothing until the artifact's item bears it out. What is out of use is taken away
/// afterwards, by the nonce that the item named: nothing that another save has written can be hit. What dies in between is known from the
/// <see cref="ChangeJournal"/>.
/// </summary>
internal sealed class ArtifactWriter(DynamoTable table, Epochs epochs, TimeProvider time)
{
    // The search index looks back by more than this, so that it cannot miss a write that was stamped and then took its time.
    private static readonly TimeSpan PublishTimeLimit = TimeSpan.FromMinutes(1);

    private readonly UrlClaims _claims = new(table, time);
    private readonly ChangeJournal _journal = new(table, time);

    /// <summary>See <see cref="IArtifactStore.SaveAsync"/>.</summary>
    public async Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
            if (artifact.Epoch != epoch) throw new EpochChangedException();
            var key = ArtifactKeys.Artifact(epoch, ArtifactKeys.Position(artifact.Id));
            var item = await table.GetAsync(key, cancellationToken);
            var old = StoredArtifact.Read(item);
            if ((old?.Version ?? 0) != ifVersion) throw Conflict(artifact.Id, ifVersion);

            var isMoved = old is null || old.Artifact.Type != artifact.Type || old.Artifact.Url != artifact.Url;
            var isRenamed = old is null || old.Artifact.Type != artifact.Type || old.Artifact.Name != artifact.Name;
            var stored = new StoredArtifact(
                artifact, Attributes.NewVersion(), "",
                isRenamed ? Attributes.NewNonce() : old!.Entries,
                isMoved ? "" : old!.Claim,
                card is null ? old?.Card : card.Length == 0 ? null : Attributes.NewNonce());
            var intent = await _journal.BeginAsync(epoch, old, stored, cancellationToken);
            if (isMoved) stored = stored with { Claim = await ClaimAsync(epoch, artifact, intent, cancellationToken) };
            await WritePartsAsync(epoch, stored, old, card, cancellationToken);
            if (await PublishAsync(epoch, stored, UrlClaims.IsStill(item), cancellationToken))
            {
                await TidyAsync(epoch, old?.Parts(epoch).Except(stored.Parts(epoch)) ?? [], isMoved ? old : null, intent);
                return stored.Version;
            }
            // What was written stays for now: where the answer was lost and another has saved since, some of it may be in use. The claim keeps nobody from taking it over.
            if (intent is not null) await _journal.RepeatAsync(intent, cancellationToken);
            if ((StoredArtifact.Read(await table.GetAsync(key, cancellationToken))?.Version ?? 0) != ifVersion) throw Conflict(artifact.Id, ifVersion);
        }
    }

    /// <summary>See <see cref="IArtifactStore.DeleteAsync"/>.</summary>
    public async Task<bool> DeleteAsync(ArtifactId id, long? ifVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
            var key = ArtifactKeys.Artifact(epoch, ArtifactKeys.Position(id));
            var item = await table.GetAsync(key, cancellationToken);
            if (StoredArtifact.Read(item) is not { } stored) return false;
            if (ifVersion is { } version && version != stored.Version) throw Conflict(id, version);
            var intent = await _journal.BeginAsync(epoch, stored, null, cancellationToken);
            if (!await table.TryPutAsync(_claims.Tombstone(key), UrlClaims.IsStill(item), UrlClaims.Fence, cancellationToken)) continue;
            await TidyAsync(epoch, stored.Parts(epoch), stored, intent);
            return true;
        }
    }

    private static VersionConflictException Conflict(ArtifactId id, long ifVersion) => new(
        ifVersion == 0 ? $"The id {id} is taken." : $"The artifact {id} was changed or deleted meanwhile. Read it again.");

    private async Task<string> ClaimAsync(long epoch, Artifact artifact, Item? intent, CancellationToken cancellationToken)
    {
        try
        {
            return await _claims.ClaimAsync(epoch, artifact, cancellationToken);
        }
        catch (DuplicateUrlException)
        {
            await TidyAsync(epoch, [], null, intent);
            throw;
        }
    }

    private Task WritePartsAsync(long epoch, StoredArtifact stored, StoredArtifact? old, string? card, CancellationToken cancellationToken)
    {
        List<Task> writes = [];
        if (stored.Entries != old?.Entries) writes.AddRange(stored.EntryKeys(epoch).Select(key => table.PutAsync(key.ToItem(), cancellationToken)));
        if (stored.Card is { } nonce && nonce != old?.Card)
        {
            var item = ArtifactKeys.Card(epoch, stored.Artifact.Id, nonce).ToItem();
            item[Attributes.Document] = Attributes.B(Attributes.Pack(CardText.Cut(card!)));
            writes.Add(table.PutAsync(item, cancellationToken));
        }
        return Task.WhenAll(writes);
    }

    private async Task<bool> PublishAsync(long epoch, StoredArtifact stored, Expression condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PublishTimeLimit);
        var item = (stored with { Change = Attributes.Time(time.GetUtcNow()) }).ToItem(epoch);
        try
        {
            return await table.TryPutAsync(item, condition, Attributes.Version, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The catalog did not answer in time; whether the artifact was saved is not known. Read it again.");
        }
    }

    /// <summary>Never throws: what is left is in nobody's way, and the journal says so.</summary>
    private async Task TidyAsync(long epoch, IEnumerable<ItemKey> keys, StoredArtifact? claimOf, Item? intent)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            var deletes = keys.Select(key => table.DeleteAsync(key, limit.Token)).ToList();
            if (claimOf is not null) deletes.Add(_claims.ReleaseAsync(epoch, claimOf, limit.Token));
            await Task.WhenAll(deletes);
            if (intent is null) return;
            // Where a reset has come meanwhile, its clearing may have passed by already.
            var isCurrent = (await epochs.ReadAsync(limit.Token)).Number == epoch;
            await (isCurrent ? _journal.EndAsync(ItemKey.Of(intent), limit.Token) : _journal.RepeatAsync(intent, limit.Token));
        }
        catch (Exception e) when (
            e is StorageUnavailableException or AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // Entries that lead nowhere are passed over by whoever reads them.
        }
    }
}
