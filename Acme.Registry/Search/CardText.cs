using System.Text;

namespace Acme.Registry.Search;

/// <summary>The card of an artifact as it is searched.</summary>
public static class CardText
{
    /// <summary>Most bytes of UTF-8 that are searched.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The card's beginning, no longer than is searched, cut between characters.</summary>
    public static string Cut(string card)
    {
        if (Encoding.UTF8.GetByteCount(card) <= MaxBytes) return card;
        Encoding.UTF8.GetEncoder().Convert(card, new byte[MaxBytes], flush: false, out var length, out _, out _);
        return char.IsHighSurrogate(card[length - 1]) ? card[..(length - 1)] : card[..length];
    }
}
