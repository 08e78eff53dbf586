using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>A place in an order of artifacts, for catalogs that number them: behind the artifact with this key and number.</summary>
/// <param name="Key">The key of the order: ticks, a name or a score.</param>
/// <param name="Seq">The artifact's number, which orders what has the same key.</param>
public sealed record ArtifactPlace(object Key, long Seq)
{
    private const double Unrated = -1;

    /// <summary>The score by which an artifact is ordered: without a rating, behind all that have one.</summary>
    public static double ScoreOf(Artifact artifact) => artifact.Rating?.NetScore ?? Unrated;

    /// <summary>The place of an artifact.</summary>
    public static ArtifactPlace Of(ArtifactOrder order, Artifact artifact, long seq) => new(
        order switch
        {
            ArtifactOrder.Name => artifact.Name,
            ArtifactOrder.NetScore => ScoreOf(artifact),
            _ => artifact.CreatedAt.UtcTicks,
        }, seq);

    /// <summary>The place in a cursor; nothing without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this order.</exception>
    public static ArtifactPlace? Read(ArtifactOrder order, string? cursor)
    {
        if (cursor is null) return null;
        if (order == ArtifactOrder.Name)
        {
            var (name, seq) = Cursor.ReadNameAndNumber(ListingOf(order), cursor);
            return new(name, seq);
        }
        var (key, number) = Cursor.ReadNumbers(ListingOf(order), cursor);
        if (order != ArtifactOrder.NetScore) return new(key, number);
        var score = BitConverter.Int64BitsToDouble(key);
        return double.IsFinite(score) ? new(score, number) : throw new InvalidCursorException();
    }

    /// <summary>The cursor behind the place.</summary>
    public string ToCursor(ArtifactOrder order) => Key switch
    {
        string name => Cursor.After(ListingOf(order), name, Seq),
        double score => Cursor.After(ListingOf(order), BitConverter.DoubleToInt64Bits(score), Seq),
        var number => Cursor.After(ListingOf(order), (long)number, Seq),
    };

    private static char ListingOf(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => 'm',
        ArtifactOrder.NetScore => 's',
        _ => 'n',
    };
}
