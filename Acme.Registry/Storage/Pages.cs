namespace Acme.Registry.Storage;

/// <summary>What the listings of every driver have in common.</summary>
public static class Pages
{
    /// <summary>The most items a page may be asked to have.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Checks the limit of a page.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to <see cref="MaxLimit"/>.</exception>
    public static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
    }

    /// <summary>The page made of the first <paramref name="limit"/> rows of up to one more, which tells whether there is a next.</summary>
    public static Page<T> PageOf<TRow, T>(IReadOnlyList<TRow> rows, int limit, Func<TRow, T> item, Func<TRow, string> cursorAfter) =>
        new([.. rows.Take(limit).Select(item)], rows.Count > limit ? cursorAfter(rows[limit - 1]) : null);
}
