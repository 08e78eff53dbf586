using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>How an order of a query stands in the index.</summary>
/// <param name="Listing">Tells its cursors from those of other listings.</param>
/// <param name="Table">The table of ranges that is in this order.</param>
/// <param name="Column">The key among the columns of <c>artifact_index</c>.</param>
/// <param name="IsDescending">Whether it goes from the greatest key down, and from the latest number within one key.</param>
/// <param name="KeyOf">The key of an artifact.</param>
/// <param name="Ranges">
/// The labels whose artifacts stand in the table; null for every label. Where a new artifact has the latest key, its rows go to the ends of their ranges, whatever their number. Elsewhere
/// each goes to a page of its own, which a large catalog has to read and write for it: so only those labels have ranges that most queries are of, or that go with the key.
/// </param>
internal sealed record ArtifactOrdering(char Listing, string Table, string Column, bool IsDescending, Func<Artifact, object> KeyOf, IReadOnlyCollection<string>? Ranges)
{
    private static readonly string[] Kinds = [ArtifactIndex.Everything, .. ArtifactTypes.All.Select(ArtifactIndex.OfType)];
    private static readonly string[] KindsAndVerdicts = [.. Kinds, ArtifactIndex.Of(ArtifactLabel.Accepted), ArtifactIndex.Of(ArtifactLabel.Rejected)];

    private static readonly ArtifactOrdering Newest = new('n', "label_by_newest", "created_at", true, a => a.CreatedAt.UtcTicks, null);
    private static readonly ArtifactOrdering Name = new('m', "label_by_name", "name", false, a => a.Name, Kinds);
    private static readonly ArtifactOrdering NetScore = new('s', "label_by_score", "net_score", true, a => ArtifactIndex.ScoreOf(a), KindsAndVerdicts);

    /// <summary>Every order.</summary>
    public static IReadOnlyList<ArtifactOrdering> All { get; } = [Newest, Name, NetScore];

    /// <summary>SQL's word for the direction.</summary>
    public string Direction => IsDescending ? "DESC" : "ASC";

    /// <summary>SQL's comparison with the place before.</summary>
    public string Beyond => IsDescending ? "<" : ">";

    /// <summary>Whether the artifacts of the label stand in the table.</summary>
    public bool HasRange(string label) => Ranges?.Contains(label) ?? true;

    /// <summary>The same as a condition on the table <c>label</c>.</summary>
    public string HasRangeSql { get; } = Ranges is null ? "true" : $"label.text IN ({string.Join(", ", Ranges.Select(label => $"'{label}'"))})";

    /// <summary>The order of a query.</summary>
    public static ArtifactOrdering Of(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => Name,
        ArtifactOrder.NetScore => NetScore,
        _ => Newest,
    };

    /// <summary>The cursor behind an artifact.</summary>
    public string CursorAfter(FoundArtifact found) => KeyOf(found.Artifact) switch
    {
        string name => Cursor.After(Listing, name, found.Seq),
        double score => Cursor.After(Listing, BitConverter.DoubleToInt64Bits(score), found.Seq),
        var number => Cursor.After(Listing, (long)number, found.Seq),
    };

    /// <summary>The place in a cursor; nothing without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this order.</exception>
    public ArtifactPlace? PlaceIn(string? cursor)
    {
        if (cursor is null) return null;
        if (this == Name)
        {
            var (name, seq) = Cursor.ReadNameAndNumber(Listing, cursor);
            return new(name, seq);
        }
        var (key, number) = Cursor.ReadNumbers(Listing, cursor);
        return new(this == NetScore ? BitConverter.Int64BitsToDouble(key) : key, number);
    }
}

/// <summary>A place in an order: behind the artifact with this key and number.</summary>
/// <param name="Key">The key of the order: ticks, a name or a score.</param>
/// <param name="Seq">The artifact's number, which orders what has the same key.</param>
internal sealed record ArtifactPlace(object Key, long Seq);
