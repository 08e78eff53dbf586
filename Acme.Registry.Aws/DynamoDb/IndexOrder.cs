using System.Globalization;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>An order of the index, and the cursors in it: the place of an entry, whether it is still there or not.</summary>
internal sealed class IndexOrder : IComparer<IndexEntry>
{
    // Not a character of ids.
    private const char Border = '#';

    private readonly char _listing;
    private readonly Comparison<IndexEntry> _comparison;
    private readonly Func<IndexEntry, string> _write;
    private readonly Func<string, string, IndexEntry?> _read;

    private IndexOrder(char listing, Comparison<IndexEntry> comparison, Func<IndexEntry, string> write, Func<string, string, IndexEntry?> read) =>
        (_listing, _comparison, _write, _read) = (listing, comparison, write, read);

    /// <summary>That of <see cref="IArtifactStore.ListAsync"/>.</summary>
    public static IndexOrder Position { get; } = new('p', (_, _) => 0, _ => "", (position, _) => IndexEntry.Probe(position));

    private static IndexOrder Newest { get; } = new(
        'n', (a, b) => b.CreatedAt.CompareTo(a.CreatedAt), e => e.CreatedAt.ToString(CultureInfo.InvariantCulture),
        (position, text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? IndexEntry.Probe(position, createdAt: ticks) : null);

    private static IndexOrder Name { get; } = new(
        'm', (a, b) => CompareUtf8(a.Name, b.Name), e => e.Name, (position, text) => IndexEntry.Probe(position, name: text));

    private static IndexOrder NetScore { get; } = new(
        's', (a, b) => Nullable.Compare(b.NetScore, a.NetScore), e => e.NetScore?.ToString("R", CultureInfo.InvariantCulture) ?? "",
        (position, text) => text.Length == 0 ? IndexEntry.Probe(position)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? IndexEntry.Probe(position, netScore: score) : null);

    /// <summary>The order that a query asks for.</summary>
    public static IndexOrder Of(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => Name,
        ArtifactOrder.NetScore => NetScore,
        _ => Newest,
    };

    /// <inheritdoc/>
    public int Compare(IndexEntry? x, IndexEntry? y)
    {
        var order = _comparison(x!, y!);
        return order != 0 ? order : string.CompareOrdinal(x!.Position, y!.Position);
    }

    /// <summary>A cursor behind the entry.</summary>
    public string CursorAfter(IndexEntry entry) => Cursor.After(_listing, $"{entry.Position}{Border}{_write(entry)}");

    /// <summary>The place that the cursor names; nothing without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this order.</exception>
    public IndexEntry? Read(string? cursor)
    {
        if (Cursor.ReadName(_listing, cursor) is not { } text) return null;
        var border = text.IndexOf(Border);
        return (border < 0 ? null : _read(text[..border], text[(border + 1)..])) ?? throw new InvalidCursorException();
    }

    /// <summary>The order of UTF-8 bytes is that of code points: surrogates, which stand for the highest, come after the rest.</summary>
    private static int CompareUtf8(string a, string b)
    {
        var at = a.AsSpan().CommonPrefixLength(b);
        if (at == a.Length || at == b.Length) return a.Length.CompareTo(b.Length);
        return Rank(a[at]).CompareTo(Rank(b[at]));

        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}
