using System.Text.Json.Nodes;

namespace Acme.Api.Tests.Hostile;

/// <summary>Makes wrong bodies out of a right one.</summary>
internal static class HostileBodies
{
    private const string Marker = "@marker@";

    /// <summary>Text that is not JSON, or JSON of another shape than any operation takes.</summary>
    public static IEnumerable<(string Why, string Body)> Shapeless() =>
    [
        ("null", "null"),
        ("a number", "42"),
        ("a word", "true"),
        ("a string", "\"text\""),
        ("an array in an array", "[[]]"),
        ("an array with null", "[null]"),
        ("not JSON", "not json"),
        ("an open object", "{"),
        ("an open array", "["),
        ("an open string", "{\"name"),
        ("a comma too many", "{\"name\":\"x\",}"),
        ("a comment", "/* hello */ {}"),
        ("a NUL", "\0"),
        ("deep arrays", new string('[', 100_000)),
        ("deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 50_000))),
        ("a member with half a character", "{\"\\ud800\":1}"),
    ];

    /// <summary>The body with one member or element at a time missing, doubled, null, of another type, or no valid text.</summary>
    public static IEnumerable<(string Why, string Body)> Mutations(string valid)
    {
        yield return ("truncated", valid[..^1]);
        yield return ("with something behind it", valid + "{}");
        foreach (var path in Places(JsonNode.Parse(valid)!))
        {
            var kind = Find(JsonNode.Parse(valid)!, path)!.GetValueKind();
            foreach (var other in new[] { "null", "42", "true", "[]", "{}", "\"\\ud800\"", "\"\\udc00x\"" })
            {
                if (kind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False && other == "true") continue;
                yield return ($"{string.Join('.', path)} is {other}", With(valid, path, other));
            }
            if (path[^1] is not string member) continue;
            var without = JsonNode.Parse(valid)!;
            Find(without, path[..^1])!.AsObject().Remove(member);
            yield return ($"{string.Join('.', path)} is missing", without.ToJsonString());
            yield return ($"{string.Join('.', path)} stands twice", Doubled(valid, path, member));
        }
    }

    /// <summary>The body with this JSON text at this place.</summary>
    public static string With(string valid, object[] path, string json)
    {
        var body = JsonNode.Parse(valid)!;
        var parent = Find(body, path[..^1])!;
        if (path[^1] is string member) parent[member] = Marker;
        else parent[(int)path[^1]] = Marker;
        return body.ToJsonString().Replace($"\"{Marker}\"", json, StringComparison.Ordinal);
    }

    private static string Doubled(string valid, object[] path, string member)
    {
        var value = Find(JsonNode.Parse(valid)!, path)!.ToJsonString();
        return With(valid, path, $"{value},\"{member}\":{value}");
    }

    private static IEnumerable<object[]> Places(JsonNode node)
    {
        var children = node switch
        {
            JsonObject o => o.Select(m => (Key: (object)m.Key, m.Value)),
            JsonArray a => a.Select((value, i) => (Key: (object)i, Value: value)),
            _ => [],
        };
        foreach (var (key, value) in children.ToArray())
        {
            yield return [key];
            foreach (var below in Places(value!)) yield return [key, .. below];
        }
    }

    private static JsonNode? Find(JsonNode node, object[] path)
    {
        foreach (var key in path) node = (key is string member ? node[member] : node[(int)key])!;
        return node;
    }
}
