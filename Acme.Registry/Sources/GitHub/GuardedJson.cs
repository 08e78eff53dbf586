using System.Buffers;
using System.Text;
using System.Text.Json;
using Octokit.Internal;

namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// Octokit's reading of JSON, guarded against what would break it: text nested so deeply that its recursion ends the process, and null where
/// its types have no room for it. A member that is null is left out, which Octokit takes for the same.
/// </summary>
internal sealed class GuardedJson : IJsonSerializer
{
    private readonly SimpleJsonSerializer _octokit = new();

    public string Serialize(object item) => _octokit.Serialize(item);

    /// <exception cref="JsonException">Not JSON, or nested more than 64 levels deep.</exception>
    public T Deserialize<T>(string json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length + 1);
        using (var writer = new Utf8JsonWriter(buffer)) Copy(document.RootElement, writer);
        return _octokit.Deserialize<T>(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Copy(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
                {
                    writer.WritePropertyName(member.Name);
                    Copy(member.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray().Where(i => i.ValueKind != JsonValueKind.Null)) Copy(item, writer);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
