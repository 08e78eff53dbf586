using System.Globalization;

namespace Acme.Registry.Download;

/// <summary>What part of a representation a request asks for (RFC 9110, sections 13.1.5 and 14.2).</summary>
/// <param name="Outcome">How to answer.</param>
/// <param name="Offset">First byte to send; 0 unless <see cref="RangeOutcome.Partial"/>.</param>
/// <param name="Length">Number of bytes to send; 0 when unsatisfiable.</param>
public readonly record struct RangeRequest(RangeOutcome Outcome, long Offset, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>
    /// Reads the headers of a GET. One range is answered as such. Several ranges, another unit, or what breaks the grammar is answered
    /// with the whole, which the RFC allows a server to do with any Range header.
    /// </summary>
    /// <param name="range">The Range header, if there is one.</param>
    /// <param name="ifRange">
    /// The If-Range header, if there is one. Only a strong entity tag equal to <paramref name="etag"/> lets the range stand: a date is no
    /// strong validator here, because nothing the registry sends has a modification time.
    /// </param>
    /// <param name="etag">Strong entity tag of the representation, with quotes.</param>
    /// <param name="length">Bytes of the representation.</param>
    public static RangeRequest Evaluate(string? range, string? ifRange, string etag, long length)
    {
        var whole = new RangeRequest(RangeOutcome.Whole, 0, length);
        if (string.IsNullOrEmpty(range) || !range.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return whole;
        if (!string.IsNullOrEmpty(ifRange) && ifRange.Trim() != etag) return whole;

        var spec = range.AsSpan(Unit.Length).Trim(" \t");
        var dash = spec.IndexOf('-');
        if (dash < 0 || spec.Contains(',')) return whole;
        var hasFirst = TryParse(spec[..dash], out var first);
        var hasLast = TryParse(spec[(dash + 1)..], out var last);

        if (hasFirst)
        {
            if (dash < spec.Length - 1 && (!hasLast || last < first)) return whole;
            if (first >= length) return new(RangeOutcome.Unsatisfiable, 0, 0);
            return new(RangeOutcome.Partial, first, hasLast ? Math.Min(last, length - 1) - first + 1 : length - first);
        }
        if (dash > 0 || !hasLast) return whole;
        var suffix = Math.Min(last, length);
        return suffix == 0 ? new(RangeOutcome.Unsatisfiable, 0, 0) : new(RangeOutcome.Partial, length - suffix, suffix);
    }

    /// <summary>Digits only; a number too large for any file counts as the largest one.</summary>
    private static bool TryParse(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)) value = long.MaxValue;
        return true;
    }
}

/// <summary>How to answer a request for a range.</summary>
public enum RangeOutcome
{
    /// <summary>200 with everything.</summary>
    Whole,

    /// <summary>206 with one range.</summary>
    Partial,

    /// <summary>416 with <c>Content-Range: bytes */length</c>.</summary>
    Unsatisfiable,
}
