using System.Text.Json;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Reads a model's JSON configuration; whatever is wrong with it becomes a fact.</summary>
public static class ConfigReader
{
    /// <summary>Largest configuration that is read, in bytes.</summary>
    public const int MaxSize = 2 << 20;

    private const int MaxLength = 500;

    /// <summary>Reads the fields that lineage and ratings use.</summary>
    public static ConfigFacts Read(string path, ReadOnlyMemory<byte> utf8)
    {
        // Editors of some systems put a byte order mark first; JSON knows none.
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return new(path, $"not a JSON object but {Shown(root.ValueKind)}");
            return new(
                path,
                null,
                Text(root, "model_type"),
                Text(root, "_name_or_path"),
                Text(root, "base_model_name_or_path"),
                root.TryGetProperty("architectures", out var list) && list.ValueKind == JsonValueKind.Array
                    ? [.. list.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).Take(20)]
                    : null);
        }
        catch (WrongTypeException e)
        {
            return new(path, e.Message);
        }
        // Strings that are not Unicode are only met when they are taken out, as InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(path, $"not JSON: {e.Message}");
        }
    }

    private static string? Text(JsonElement root, string field)
    {
        if (!root.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw new WrongTypeException($"the field '{field}' is {Shown(value.ValueKind)}, not a text");
        var text = value.GetString()!.Trim();
        return text.Length is > 0 and <= MaxLength ? text : null;
    }

    private static string Shown(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private sealed class WrongTypeException(string message) : Exception(message);
}
