using System.Collections.Immutable;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>The index at one time; immutable, so that a search sees one state however long it takes.</summary>
internal sealed record IndexState(long Epoch)
{
    /// <summary>In the order of a listing.</summary>
    public ImmutableSortedSet<IndexEntry> ByPosition { get; private init; } = ImmutableSortedSet.Create<IndexEntry>(IndexOrder.Position);

    private ImmutableSortedSet<IndexEntry> Newest { get; init; } = ImmutableSortedSet.Create<IndexEntry>(IndexOrder.Of(ArtifactOrder.Newest));

    private ImmutableSortedSet<IndexEntry> ByName { get; init; } = ImmutableSortedSet.Create<IndexEntry>(IndexOrder.Of(ArtifactOrder.Name));

    private ImmutableSortedSet<IndexEntry> ByNetScore { get; init; } = ImmutableSortedSet.Create<IndexEntry>(IndexOrder.Of(ArtifactOrder.NetScore));

    private ImmutableDictionary<ArtifactType, long> ByType { get; init; } = ArtifactTypes.All.ToImmutableDictionary(t => t, _ => 0L);

    private long Rejected { get; init; }

    /// <summary>The entries in an order.</summary>
    public ImmutableSortedSet<IndexEntry> In(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => ByName,
        ArtifactOrder.NetScore => ByNetScore,
        _ => Newest,
    };

    /// <summary>The entry at a position, if there is one.</summary>
    public IndexEntry? Find(string position) => ByPosition.TryGetValue(IndexEntry.Probe(position), out var entry) && entry.Change.Length > 0 ? entry : null;

    /// <summary>How many there are.</summary>
    public ArtifactCounts Counts() => new(ByType, Rejected);

    /// <summary>The state after changes.</summary>
    /// <param name="changes">Each position once, with its entry, or nothing where it has none any more.</param>
    public IndexState With(IEnumerable<(string Position, IndexEntry? Entry)> changes)
    {
        var (position, newest, name, score) = (ByPosition.ToBuilder(), Newest.ToBuilder(), ByName.ToBuilder(), ByNetScore.ToBuilder());
        var byType = ByType.ToBuilder();
        var rejected = Rejected;
        foreach (var (at, entry) in changes)
        {
            if (Find(at) is { } old)
            {
                position.Remove(old);
                newest.Remove(old);
                name.Remove(old);
                score.Remove(old);
                byType[old.Type]--;
                if (old.IsRejected) rejected--;
            }
            if (entry is null) continue;
            position.Add(entry);
            newest.Add(entry);
            name.Add(entry);
            score.Add(entry);
            byType[entry.Type]++;
            if (entry.IsRejected) rejected++;
        }
        return this with
        {
            ByPosition = position.ToImmutable(), Newest = newest.ToImmutable(), ByName = name.ToImmutable(), ByNetScore = score.ToImmutable(),
            ByType = byType.ToImmutable(), Rejected = rejected,
        };
    }
}
