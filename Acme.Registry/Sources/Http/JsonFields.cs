using System.Text.Json;

namespace Acme.Registry.Sources.Http;

/// <summary>Reads answers of others, in which any field may be missing or of another type than documented; both read as nothing.</summary>
internal static class JsonFields
{
    private const int MaxLength = 500;

    /// <summary>The answer as JSON.</summary>
    /// <exception cref="SourceException">It is something else.</exception>
    public static JsonDocument Json(this UpstreamAnswer answer, Upstream upstream)
    {
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException e)
        {
            throw new SourceException($"{upstream.Name} answers {answer.Url.AbsolutePath} with something that is not JSON. Check its endpoint in the settings.", e);
        }
    }

    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement? element) => element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A short text; a longer one is cut.</summary>
    public static string? Text(this JsonElement? element) => element.LongText() is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxLength)] : null;

    public static string? LongText(this JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.String } value) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: JSON allows what Unicode does not.
            return null;
        }
    }

    public static IReadOnlyList<string> Texts(this JsonElement? element, int most) => [.. element.Items().Select(i => Text(i)).OfType<string>().Take(most)];

    public static long? Number(this JsonElement? element) => element is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : null;

    public static bool IsTrue(this JsonElement? element) => element is { ValueKind: JsonValueKind.True };
}
