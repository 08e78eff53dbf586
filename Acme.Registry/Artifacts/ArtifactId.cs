using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Registry.Artifacts;

/// <summary>Names one artifact for ever; never given out twice. Matches <c>^[a-zA-Z0-9\-]+$</c>.</summary>
[JsonConverter(typeof(ArtifactIdJsonConverter))]
public readonly record struct ArtifactId : IParsable<ArtifactId>
{
    /// <summary>Longest id that is read, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The contract's pattern.</summary>
    public const string Pattern = @"^[a-zA-Z0-9\-]+$";

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly string? _value;

    private ArtifactId(string value) => _value = value;

    /// <summary>A new id: 80 random bits in base 32.</summary>
    public static ArtifactId New() => new(RandomNumberGenerator.GetString(Alphabet, 16));

    /// <inheritdoc/>
    /// <exception cref="FormatException">The text breaks <see cref="Pattern"/>.</exception>
    public static ArtifactId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"An artifact id matches {Pattern}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ArtifactId result)
    {
        var valid = s is { Length: > 0 and <= MaxLength } && s.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        result = valid ? new ArtifactId(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}

internal sealed class ArtifactIdJsonConverter : JsonConverter<ArtifactId>
{
    public override ArtifactId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ArtifactId.TryParse(reader.GetString(), null, out var id) ? id : throw new JsonException($"An artifact id matches {ArtifactId.Pattern}.");

    public override void Write(Utf8JsonWriter writer, ArtifactId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
