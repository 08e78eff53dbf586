using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>A place in the listing of deleted artifacts: behind the entry with this time and id.</summary>
/// <param name="Ticks">When it was deleted, in ticks of UTC.</param>
/// <param name="Id">The artifact, which orders what was deleted at the same time.</param>
public readonly record struct DeletedArtifactPlace(long Ticks, string Id)
{
    private const char Listing = 'd';

    /// <summary>Before the first entry.</summary>
    public static DeletedArtifactPlace Begin { get; } = new(long.MaxValue, "");

    /// <summary>The place in a cursor; the beginning without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public static DeletedArtifactPlace Read(string? cursor)
    {
        if (cursor is null) return Begin;
        var (id, ticks) = Cursor.ReadNameAndNumber(Listing, cursor);
        return ArtifactId.TryParse(id, null, out _) ? new(ticks, id) : throw new InvalidCursorException();
    }

    /// <summary>The cursor behind an entry.</summary>
    public static string CursorAfter(DeletedArtifact entry) => Cursor.After(Listing, entry.Id.ToString(), entry.DeletedAt.UtcTicks);
}
