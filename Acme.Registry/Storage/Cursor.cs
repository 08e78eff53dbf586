using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Acme.Registry.Storage;

/// <summary>
/// The place in a listing after which the next page begins, as base64url of <c>format (1 byte), listing (1 byte), key, check (4 bytes)</c>.
/// The check tells our cursors from made-up text; it keeps no secret.
/// </summary>
public static class Cursor
{
    private const byte Format = 1;
    private const int MaxTextLength = 4096;
    private const int CheckLength = 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A cursor of the listing behind the item with this number.</summary>
    public static string After(char listing, long seq)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, seq);
        return Encode(listing, key);
    }

    /// <summary>A cursor of the listing behind the item with this name.</summary>
    public static string After(char listing, string name) => Encode(listing, Encoding.UTF8.GetBytes(name));

    /// <summary>A cursor of the listing behind the item with this key and number.</summary>
    public static string After(char listing, long key, long seq)
    {
        Span<byte> both = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(both, seq);
        BinaryPrimitives.WriteInt64BigEndian(both[sizeof(long)..], key);
        return Encode(listing, both);
    }

    /// <summary>A cursor of the listing behind the item with this name and number.</summary>
    public static string After(char listing, string name, long seq)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, seq);
        return Encode(listing, [.. number, .. Encoding.UTF8.GetBytes(name)]);
    }

    /// <summary>The number in the cursor; 0, which is before the first, without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public static long ReadNumber(char listing, string? cursor)
    {
        if (cursor is null) return 0;
        var key = Decode(listing, cursor);
        return key.Length == sizeof(long) ? Counted(key) : throw new InvalidCursorException();
    }

    /// <summary>The name in the cursor, or nothing without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public static string? ReadName(char listing, string? cursor) => cursor is null ? null : Text(Decode(listing, cursor));

    /// <summary>The key and the number in the cursor.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public static (long Key, long Seq) ReadNumbers(char listing, string cursor)
    {
        var both = Decode(listing, cursor);
        if (both.Length != 2 * sizeof(long)) throw new InvalidCursorException();
        return (BinaryPrimitives.ReadInt64BigEndian(both.AsSpan(sizeof(long))), Counted(both));
    }

    /// <summary>The name and the number in the cursor.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing.</exception>
    public static (string Name, long Seq) ReadNameAndNumber(char listing, string cursor)
    {
        var both = Decode(listing, cursor);
        if (both.Length < sizeof(long)) throw new InvalidCursorException();
        return (Text(both.AsSpan(sizeof(long))), Counted(both));
    }

    // Whatever has a number was counted, from 1.
    private static long Counted(ReadOnlySpan<byte> number) =>
        BinaryPrimitives.ReadInt64BigEndian(number) is var seq and > 0 ? seq : throw new InvalidCursorException();

    // Nothing that is listed by its name has one without characters, or with one that no engine is asked about.
    private static string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8.Contains((byte)0)) throw new InvalidCursorException();
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidCursorException();
        }
    }

    private static string Encode(char listing, ReadOnlySpan<byte> key)
    {
        byte[] body = [Format, (byte)listing, .. key];
        return Base64Url.EncodeToString([.. body, .. Check(body)]);
    }

    private static byte[] Decode(char listing, string cursor)
    {
        if (cursor.Length > MaxTextLength || !Base64Url.IsValid(cursor)) throw new InvalidCursorException();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < 2 + CheckLength) throw new InvalidCursorException();
        var body = bytes.AsSpan(0, bytes.Length - CheckLength);
        if (body[0] != Format || body[1] != listing || !Check(body).SequenceEqual(bytes.AsSpan(body.Length))) throw new InvalidCursorException();
        return body[2..].ToArray();
    }

    private static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> body) => SHA256.HashData(body).AsSpan(0, CheckLength);
}
