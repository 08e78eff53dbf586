using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>The attributes of items: short names, because every item pays for them, and each means the same in every kind of item.</summary>
internal static class Attributes
{
    /// <summary>Partition key.</summary>
    public const string Partition = "pk";

    /// <summary>Sort key.</summary>
    public const string Sort = "sk";

    /// <summary>Sort key of the local index <see cref="DynamoTable.ChangeIndex"/>: a time, as <see cref="Time"/> writes it.</summary>
    public const string Change = "c";

    /// <summary>The version that callers name; there for what is published.</summary>
    public const string Version = "v";

    /// <summary>The record, as <see cref="PackJson"/> makes it.</summary>
    public const string Document = "d";

    /// <summary>The epoch in which a user or token was last written.</summary>
    public const string Epoch = "e";

    /// <summary>A random text by which a writer knows its own.</summary>
    public const string Nonce = "n";

    /// <summary>When DynamoDB may take the item away, in seconds since 1970.</summary>
    public const string TimeToLive = "ttl";

    // What is shorter gains nothing by being compressed.
    private const int MinCompressed = 256;
    private const byte Plain = 0;
    private const byte Brotli = 1;

    /// <summary>A text.</summary>
    public static AttributeValue S(string value) => new() { S = value };

    /// <summary>A number.</summary>
    public static AttributeValue N(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    /// <summary>Bytes.</summary>
    public static AttributeValue B(byte[] value) => new() { B = new MemoryStream(value, writable: false) };

    /// <summary>The number in an attribute; 0 where it is missing.</summary>
    public static long Number(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) ? long.Parse(value.N, CultureInfo.InvariantCulture) : 0;

    /// <summary>The text in an attribute, if it is there.</summary>
    public static string? Text(this Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out var value) ? value.S : null;

    /// <summary>The bytes in an attribute.</summary>
    public static byte[] Bytes(this Dictionary<string, AttributeValue> item, string name) => item[name].B.ToArray();

    /// <summary>A time as a text of one length, so that the order of texts is that of times.</summary>
    public static string Time(DateTimeOffset time) => time.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>A random text.</summary>
    public static string NewNonce() => Guid.NewGuid().ToString("N");

    /// <summary>A version that no item has had.</summary>
    public static long NewVersion() => Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>A text as bytes, compressed where that helps: an item has at most 400 KB, and is paid for by the kilobyte.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length >= MinCompressed)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(utf8.Length));
            try
            {
                if (BrotliEncoder.TryCompress(utf8, buffer, out var length, quality: 4, window: 22) && length < utf8.Length)
                    return [Brotli, .. buffer.AsSpan(0, length)];
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        return [Plain, .. utf8];
    }

    /// <summary>The same for a text.</summary>
    public static byte[] Pack(string text) => Pack(Encoding.UTF8.GetBytes(text));

    /// <summary>The same for a record.</summary>
    public static byte[] PackJson<T>(T value) => Pack(JsonSerializer.SerializeToUtf8Bytes(value));

    /// <summary>Undoes <see cref="Pack(ReadOnlySpan{byte})"/>.</summary>
    public static byte[] Unpack(byte[] packed)
    {
        if (packed[0] == Plain) return packed[1..];
        using var compressed = new BrotliStream(new MemoryStream(packed, 1, packed.Length - 1), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        compressed.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>The text in a packed attribute.</summary>
    public static string UnpackText(this Dictionary<string, AttributeValue> item, string name) => Encoding.UTF8.GetString(Unpack(item.Bytes(name)));

    /// <summary>The record in the item.</summary>
    public static T UnpackJson<T>(this Dictionary<string, AttributeValue> item) =>
        JsonSerializer.Deserialize<T>(Unpack(item.Bytes(Document))) ?? throw new InvalidDataException("An item's document is null.");
}
