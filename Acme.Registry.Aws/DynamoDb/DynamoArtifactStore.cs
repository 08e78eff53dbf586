using System.Collections.Immutable;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Reads artifacts: by id, URL and name from the table, by pattern and label from the index that the process keeps.</summary>
internal sealed class DynamoArtifactStore(DynamoTable table, Epochs epochs, SearchIndex index, TimeProvider time) : IArtifactStore
{
    private const char Listing = 'a';

    private readonly ArtifactWriter _writer = new(table, epochs, time);
    private readonly ArtifactListing _listing = new(table);

    public async Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default)
    {
        var position = ArtifactKeys.Position(id);
        return Versioned(StoredArtifact.Read(await epochs.GetInCurrentAsync(epoch => ArtifactKeys.Artifact(epoch, position), cancellationToken)));
    }

    public Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken = default) =>
        epochs.InCurrentAsync(async epoch =>
        {
            string? seen = null;
            while (true)
            {
                if (await table.GetAsync(ArtifactKeys.Claim(epoch, type, url), cancellationToken) is not { } claim) return null;
                var holder = ArtifactKeys.Artifact(epoch, claim[UrlClaims.Holder].S);
                var stored = StoredArtifact.Read(await table.GetAsync(holder, cancellationToken));
                if (stored is not null && stored.Artifact.Type == type && stored.Artifact.Url == url) return Versioned(stored);
                // Between the two reads the URL may have changed hands. A claim that stays as it is belongs to nobody who is published.
                if (seen == claim[Attributes.Nonce].S) return null;
                seen = claim[Attributes.Nonce].S;
            }
        }, cancellationToken);

    public Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken = default) =>
        _writer.SaveAsync(artifact, card, ifVersion, cancellationToken);

    public Task<bool> DeleteAsync(ArtifactId id, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _writer.DeleteAsync(id, ifVersion, cancellationToken);

    public async Task<Page<Artifact>> ListAsync(
        IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        if (filters.Count == 0) throw new ArgumentException("A listing needs at least one filter.", nameof(filters));
        var after = ReadPosition(cursor);
        return await epochs.InCurrentAsync(async epoch =>
        {
            var rows = await _listing.ReadAsync(epoch, filters, after, limit + 1, cancellationToken);
            return Pages.PageOf(rows, limit, a => a, a => Cursor.After(Listing, ArtifactKeys.Position(a.Id)));
        }, cancellationToken);
    }

    public Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = ReadPosition(cursor) is { } position ? IndexEntry.Probe(position) : null;
        return PageAsync(s => s.ByPosition, entry => entry.Matches(pattern), after, limit, e => Cursor.After(Listing, e.Position), cancellationToken);
    }

    public Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var order = IndexOrder.Of(query.Order);
        return PageAsync(s => s.In(query.Order), entry => entry.Meets(query), order.Read(cursor), limit, order.CursorAfter, cancellationToken);
    }

    public async Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken = default) => (await index.CatchUpAsync(cancellationToken)).Counts();

    private static Versioned<Artifact>? Versioned(StoredArtifact? stored) => stored is null ? null : new(stored.Artifact, stored.Version);

    private static string? ReadPosition(string? cursor)
    {
        if (Cursor.ReadName(Listing, cursor) is not { } position) return null;
        return position[0] - '0' is >= 0 and < ArtifactKeys.ShardCount && ArtifactId.TryParse(position[1..], null, out _) ? position : throw new InvalidCursorException();
    }

    /// <summary>A page of what the index finds, read from the table: what has gone since is passed over.</summary>
    private async Task<Page<Artifact>> PageAsync(
        Func<IndexState, ImmutableSortedSet<IndexEntry>> choose, Func<IndexEntry, bool> condition, IndexEntry? after, int limit, Func<IndexEntry, string> cursorAfter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await index.CatchUpAsync(cancellationToken);
            var search = new TimeLimitedSearch(choose(state), condition, after);
            List<(IndexEntry Entry, Artifact Artifact)> found = [];
            while (found.Count <= limit)
            {
                var candidates = search.Next(limit + 1 - found.Count, cancellationToken);
                if (candidates.Count == 0) break;
                var items = await table.GetAsync([.. candidates.Select(c => ArtifactKeys.Artifact(state.Epoch, c.Position))], cancellationToken);
                var stored = items.Select(StoredArtifact.Read).OfType<StoredArtifact>().ToDictionary(s => ArtifactKeys.Position(s.Artifact.Id));
                found.AddRange(candidates.Where(c => stored.ContainsKey(c.Position)).Select(c => (c, stored[c.Position].Artifact)));
            }
            if ((await epochs.ReadAsync(cancellationToken)).Number == state.Epoch) return Pages.PageOf(found, limit, f => f.Artifact, f => cursorAfter(f.Entry));
        }
    }
}
