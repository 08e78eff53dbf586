using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Registry.Artifacts;

/// <summary>A SHA-256 digest; its text form is 64 lower-case hexadecimal characters.</summary>
[JsonConverter(typeof(Sha256DigestJsonConverter))]
public readonly record struct Sha256Digest : IParsable<Sha256Digest>
{
    private readonly string? _hex;

    private Sha256Digest(string hex) => _hex = hex;

    /// <summary>Wraps the 32 bytes of a computed digest.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 32 ? new(Convert.ToHexStringLower(bytes)) : throw new ArgumentException("A SHA-256 digest has 32 bytes.", nameof(bytes));

    /// <summary>The digest of bytes in memory.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> content) => FromBytes(System.Security.Cryptography.SHA256.HashData(content));

    /// <inheritdoc/>
    /// <exception cref="FormatException">Not 64 hexadecimal characters.</exception>
    public static Sha256Digest Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var digest) ? digest : throw new FormatException("A SHA-256 digest is 64 hexadecimal characters.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Sha256Digest result)
    {
        var valid = s is { Length: 64 } && s.All(char.IsAsciiHexDigit);
        result = valid ? new(s!.ToLowerInvariant()) : default;
        return valid;
    }

    /// <summary>The 64 hexadecimal characters.</summary>
    public override string ToString() => _hex ?? "";
}

internal sealed class Sha256DigestJsonConverter : JsonConverter<Sha256Digest>
{
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Sha256Digest.TryParse(reader.GetString(), null, out var digest) ? digest : throw new JsonException("A SHA-256 digest is 64 hexadecimal characters.");

    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
