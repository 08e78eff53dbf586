using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// One artifact per type and URL, without transactions. Who wants to publish under a URL first puts a claim under it, naming itself as the
/// holder; the claim is worth nothing until the holder's own item is published with that URL.
/// </summary>
/// <remarks>
/// A claim whose holder is not published with the URL belongs to a save under way, or to one that died. Another may take it over, but not
/// behind its holder's back: first it writes a fence into the holder's item, and a publishing write is made on the condition that the fence is as
/// it was before the claim. So of a holder and whoever takes over from it, one at most gets through, whatever either's clock says; the patience
/// below only keeps the living from being fenced. A claim's nonce changes with every claim, so that a take-over is refused where the
/// holder has claimed anew meanwhile. A claim is given back only by who has published and moved on.
/// </remarks>
internal sealed class UrlClaims(DynamoTable table, TimeProvider time)
{
    /// <summary>The holder's position.</summary>
    public const string Holder = "h";

    /// <summary>A random text that fences out the saves that have not seen it.</summary>
    public const string Fence = "f";

    /// <summary>How long what is left of an artifact is kept: longer than any save, and any index that could have missed its going.</summary>
    public static readonly TimeSpan TombstoneLife = TimeSpan.FromDays(7);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Holds while the item is as it was read: the same version, and no new fence.</summary>
    public static Expression IsStill(Item? item)
    {
        List<(string, Amazon.DynamoDBv2.Model.AttributeValue)> values = [];
        var version = "attribute_not_exists(v)";
        if (item?.GetValueOrDefault(Attributes.Version) is { } v)
        {
            version = "v = :ifv";
            values.Add((":ifv", v));
        }
        var fence = "attribute_not_exists(f)";
        if (item?.GetValueOrDefault(Fence) is { } f)
        {
            fence = "f = :iff";
            values.Add((":iff", f));
        }
        return new($"{version} AND {fence}", [.. values]);
    }

    /// <summary>Claims the URL for the artifact; returns the claim's nonce.</summary>
    /// <exception cref="DuplicateUrlException">A published artifact has it.</exception>
    public async Task<string> ClaimAsync(long epoch, Artifact artifact, CancellationToken cancellationToken)
    {
        var key = ArtifactKeys.Claim(epoch, artifact.Type, artifact.Url);
        var position = ArtifactKeys.Position(artifact.Id);
        string? seen = null;
        var seenSince = 0L;
        while (true)
        {
            var claim = key.ToItem();
            claim[Holder] = Attributes.S(position);
            claim[Attributes.Nonce] = Attributes.S(Attributes.NewNonce());
            var free = new Expression("attribute_not_exists(pk) OR h = :me", (":me", Attributes.S(position)));
            if (await table.TryPutAsync(claim, free, Attributes.Nonce, cancellationToken)) return claim[Attributes.Nonce].S;

            if (await table.GetAsync(key, cancellationToken) is not { } there || there[Holder].S == position) continue;
            var holderKey = ArtifactKeys.Artifact(epoch, there[Holder].S);
            var holder = await table.GetAsync(holderKey, cancellationToken);
            if (StoredArtifact.Read(holder) is { } stored && stored.Artifact.Type == artifact.Type && stored.Artifact.Url == artifact.Url)
                throw new DuplicateUrlException(stored.Artifact.Id);

            if (seen != there[Attributes.Nonce].S)
            {
                seen = there[Attributes.Nonce].S;
                seenSince = time.GetTimestamp();
            }
            if (time.GetElapsedTime(seenSince) < Patience)
            {
                await Task.Delay(Random.Shared.Next(20, 60), cancellationToken);
                continue;
            }
            if (!await FenceAsync(holderKey, holder, cancellationToken)) continue;
            if (await table.TryPutAsync(claim, new("n = :seen", (":seen", Attributes.S(seen))), Attributes.Nonce, cancellationToken)) return claim[Attributes.Nonce].S;
        }
    }

    /// <summary>Gives a claim back, unless it is another's by now.</summary>
    public Task ReleaseAsync(long epoch, StoredArtifact stored, CancellationToken cancellationToken) =>
        ReleaseAsync(ArtifactKeys.Claim(epoch, stored.Artifact.Type, stored.Artifact.Url), stored.Claim, cancellationToken);

    /// <summary>Gives a claim back as it was read, unless it is another's by now.</summary>
    public Task ReleaseAsync(Item claim, CancellationToken cancellationToken) =>
        ReleaseAsync(ItemKey.Of(claim), claim[Attributes.Nonce].S, cancellationToken);

    /// <summary>What stands for an artifact that is gone: it keeps a save of before from being taken for one of now.</summary>
    public Item Tombstone(ItemKey key)
    {
        var item = key.ToItem();
        item[Fence] = Attributes.S(Attributes.NewNonce());
        item[Attributes.Change] = Attributes.S(Attributes.Time(time.GetUtcNow()));
        item[Attributes.TimeToLive] = Attributes.N((time.GetUtcNow() + TombstoneLife).ToUnixTimeSeconds());
        return item;
    }

    /// <summary>Keeps the saves from publishing over the item that read it as it was here, or earlier; false when it is not so any more.</summary>
    public async Task<bool> FenceAsync(ItemKey key, Item? holder, CancellationToken cancellationToken)
    {
        if (holder is null || !holder.ContainsKey(Attributes.Version)) return await table.TryPutAsync(Tombstone(key), IsStill(holder), Fence, cancellationToken);
        return await table.TryUpdateAsync(key, new("SET f = :f", (":f", Attributes.S(Attributes.NewNonce()))), IsStill(holder), cancellationToken) is not null;
    }

    private Task<bool> ReleaseAsync(ItemKey key, string nonce, CancellationToken cancellationToken) =>
        table.TryDeleteAsync(key, new("n = :n", (":n", Attributes.S(nonce))), cancellationToken);
}
