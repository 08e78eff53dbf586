using System.Collections.Concurrent;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// The index over names, cards and labels that each process keeps for itself. Before it answers it catches up: it asks every shard, strongly
/// consistently, for what was written since it last looked. It is built by the same question, asked from the beginning.
/// </summary>
/// <remarks>
/// A write is stamped with the time of its writer's clock and takes effect a little later, so that a stamp may come to light after a
/// later one. Therefore the question goes back further than the last stamp seen, by <see cref="LookBack"/>; what is known already costs the
/// reading of its key and nothing more. Nothing is missed as long as clocks differ by less than that minus the minute that a publishing
/// write is given (<see cref="ArtifactWriter"/>). Deletions leave a tombstone, which outlives any index that has not looked for a long time:
/// such an index begins anew.
/// </remarks>
internal sealed class SearchIndex(DynamoTable table, Epochs epochs, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxPause = UrlClaims.TombstoneLife - TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _catchingUp = new(1);
    private readonly Lock _lock = new();
    private readonly string[] _last = new string[ArtifactKeys.ShardCount];
    private readonly ConcurrentDictionary<string, string> _removed = new();
    private IndexState? _state;
    private DateTimeOffset _lookedAt;
    private Task<IndexState>? _next;

    /// <summary>The index with everything that was acknowledged before the call.</summary>
    public Task<IndexState> CatchUpAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            // One that is under way may have looked too early; all who wait meanwhile share the next.
            _next ??= Task.Run(RunAsync, CancellationToken.None);
            return _next.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _catchingUp.Dispose();

    private async Task<IndexState> RunAsync()
    {
        await _catchingUp.WaitAsync();
        try
        {
            lock (_lock) _next = null;
            return await LookAsync(CancellationToken.None);
        }
        finally
        {
            _catchingUp.Release();
        }
    }

    private async Task<IndexState> LookAsync(CancellationToken cancellationToken)
    {
        var epoch = (await epochs.ReadAsync(cancellationToken)).Number;
        var now = time.GetUtcNow();
        if (_state?.Epoch != epoch || now - _lookedAt > MaxPause)
        {
            _state = null;
            _removed.Clear();
            Array.Fill(_last, "");
        }
        var state = _state ?? new IndexState(epoch);
        var last = (string[])_last.Clone();
        ConcurrentBag<string> changed = [];
        await Task.WhenAll(ArtifactKeys.Shards.Select(async shard =>
        {
            await foreach (var key in table.QueryChangesSinceAsync(ArtifactKeys.Listing(epoch, shard), Since(last[shard]), cancellationToken))
            {
                var (position, change) = ($"{shard}{key[Attributes.Sort].S}", key[Attributes.Change].S);
                last[shard] = change;
                if (state.Find(position)?.Change != change && _removed.GetValueOrDefault(position) != change) changed.Add(position);
            }
        }));

        var left = changed.ToHashSet();
        while (left.Count > 0) (state, left) = await ReadAsync(state, left, cancellationToken);
        // Only now: had something failed, the next would have to look from the same place.
        last.CopyTo(_last, 0);
        foreach (var (position, change) in _removed)
        {
            if (string.CompareOrdinal(change, Since(_last[position[0] - '0'])) < 0) _removed.TryRemove(position, out _);
        }
        _lookedAt = now;
        return _state = state;
    }

    private static string Since(string last) =>
        last.Length == 0 ? "0" : Attributes.Time(new DateTimeOffset(long.Parse(last, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero) - LookBack);

    /// <summary>Reads what has changed; returns also what has changed again between the reading of an artifact and that of its card.</summary>
    private async Task<(IndexState State, HashSet<string> Left)> ReadAsync(IndexState state, HashSet<string> positions, CancellationToken cancellationToken)
    {
        List<(string, IndexEntry?)> changes = [];
        List<StoredArtifact> withNewCard = [];
        var items = await table.GetAsync([.. positions.Select(p => ArtifactKeys.Artifact(state.Epoch, p))], cancellationToken);
        foreach (var item in items)
        {
            var position = $"{item[Attributes.Partition].S[^1]}{item[Attributes.Sort].S}";
            if (StoredArtifact.Read(item) is not { } stored)
            {
                _removed[position] = item[Attributes.Change].S;
                changes.Add((position, null));
            }
            else if (stored.Card is null) changes.Add((position, new IndexEntry(stored, null)));
            else if (state.Find(position) is { } known && known.Card == stored.Card) changes.Add((position, known.With(stored)));
            else withNewCard.Add(stored);
        }

        var cards = (await table.GetAsync([.. withNewCard.Select(s => ArtifactKeys.Card(state.Epoch, s.Artifact.Id, s.Card!))], cancellationToken))
            .ToDictionary(card => card[Attributes.Sort].S, card => card.Bytes(Attributes.Document));
        HashSet<string> left = [];
        foreach (var stored in withNewCard)
        {
            var position = ArtifactKeys.Position(stored.Artifact.Id);
            if (cards.TryGetValue(stored.Card!, out var card)) changes.Add((position, new IndexEntry(stored, card)));
            else left.Add(position);
        }
        return (state.With(changes), left);
    }
}
