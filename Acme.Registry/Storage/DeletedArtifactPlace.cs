using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>A place in a listing of deleted artifacts: behind the entry with this time and id.</summary>
/// <param name="Ticks">When it was deleted, in ticks of UTC.</param>
/// <param name="Id">The artifact, which orders what was deleted at the same time.</param>
public readonly record struct DeletedArtifactPlace(long Ticks, string Id)
{
    /// <summary>The place in a cursor; before the first entry without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this order.</exception>
    public static DeletedArtifactPlace Read(DeletionOrder order, string? cursor)
    {
        if (cursor is null) return new(order == DeletionOrder.Newest ? long.MaxValue : 0, "");
        var (id, ticks) = Cursor.ReadNameAndNumber(ListingOf(order), cursor);
        return ArtifactId.TryParse(id, null, out _) ? new(ticks, id) : throw new InvalidCursorException();
    }

    /// <summary>The cursor behind an entry.</summary>
    public static string CursorAfter(DeletionOrder order, DeletedArtifact entry) => Cursor.After(ListingOf(order), entry.Id.ToString(), entry.DeletedAt.UtcTicks);

    private static char ListingOf(DeletionOrder order) => order == DeletionOrder.Newest ? 'd' : 'o';
}
