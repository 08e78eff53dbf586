using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>How an order of a query stands in the table, which has an index for each.</summary>
/// <param name="Listing">Tells its cursors from those of other listings.</param>
/// <param name="Column">The key.</param>
/// <param name="IsDescending">Whether it goes from the greatest key down, and from the latest number within one key.</param>
/// <param name="KeyOf">The key of an artifact.</param>
internal sealed record ArtifactOrdering(char Listing, string Column, bool IsDescending, Func<Artifact, object> KeyOf)
{
    private const double Unrated = -1;

    private static readonly ArtifactOrdering Newest = new('n', "created_at", true, a => a.CreatedAt.UtcTicks);
    private static readonly ArtifactOrdering Name = new('m', "name", false, a => a.Name);
    private static readonly ArtifactOrdering NetScore = new('s', "net_score", true, a => ScoreOf(a));

    /// <summary>SQL's word for the direction.</summary>
    public string Direction => IsDescending ? "DESC" : "ASC";

    /// <summary>SQL's comparison with the place before.</summary>
    public string Beyond => IsDescending ? "<" : ">";

    /// <summary>The score by which an artifact is ordered: without a rating, behind all that have one.</summary>
    public static double ScoreOf(Artifact artifact) => artifact.Rating?.NetScore ?? Unrated;

    /// <summary>The order of a query.</summary>
    public static ArtifactOrdering Of(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => Name,
        ArtifactOrder.NetScore => NetScore,
        _ => Newest,
    };

    /// <summary>The place of an artifact.</summary>
    public ArtifactPlace PlaceOf(FoundArtifact found) => new(KeyOf(found.Artifact), found.Seq);

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
