using System.Globalization;
using System.Text;
using Acme.Registry.Sources;

namespace Acme.Registry.Zip;

/// <summary>A ZIP, or one entry of it, cannot be taken. The message names the entry and says what to do.</summary>
/// <param name="message">What is wrong and what to do; for an entry, it goes on after "The entry 'name'".</param>
/// <param name="entryName">The entry at fault, as it stands in the archive; null when it is the archive itself.</param>
/// <param name="inner">What was noticed, where another component noticed it.</param>
public sealed class ZipRefusedException(string message, string? entryName, Exception? inner = null)
    : SourceException(entryName is null ? message : $"The entry '{Printable(entryName)}' {message}", inner)
{
    private const int Head = 100;
    private const int Tail = 40;

    /// <summary>
    /// The entry at fault, fit to be shown: shortened, with control and formatting characters escaped. Null for the archive itself.
    /// </summary>
    public string? EntryName { get; } = entryName is null ? null : Printable(entryName);

    private static string Printable(string name)
    {
        var shown = name.Length <= Head + Tail + 1 ? name : string.Concat(name.AsSpan(0, Head), "…", name.AsSpan(name.Length - Tail));
        var text = new StringBuilder(shown.Length);
        foreach (var c in shown)
        {
            // A surrogate may have lost its partner to the shortening, and a lone one cannot be encoded.
            var hidden = char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
            if (hidden) text.Append($"\\u{(int)c:X4}");
            else text.Append(c);
        }
        return text.ToString();
    }
}
