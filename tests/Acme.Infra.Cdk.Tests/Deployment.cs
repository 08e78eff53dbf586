using System.Text.Json.Nodes;

namespace Acme.Infra.Cdk.Tests;

/// <summary>The templates of one deployment.</summary>
public sealed class Deployment
{
    private Deployment(string key, IReadOnlyDictionary<string, JsonObject> templates)
    {
        (Key, Templates) = (key, templates);
        AllResources = [.. templates.SelectMany(t => t.Value["Resources"]!.AsObject().Select(r => new Resource(t.Key, r.Key, r.Value!.AsObject())))];
    }

    public string Key { get; }

    /// <summary>By stack: <c>delivery</c>, <c>data</c>, <c>service</c>.</summary>
    public IReadOnlyDictionary<string, JsonObject> Templates { get; }

    public IReadOnlyList<Resource> AllResources { get; }

    public bool IsProd => Key.EndsWith("-prod", StringComparison.Ordinal) || Key == Deployments.Everything;

    public bool UsesEcs => !Key.StartsWith("lambda", StringComparison.Ordinal);

    public bool UsesPostgres => Key.Contains("postgres", StringComparison.Ordinal);

    public static Deployment Read(string directory, string key)
    {
        var templates = RegistryDeployment.Parts.ToDictionary(
            part => part,
            part => JsonNode.Parse(File.ReadAllText(Directory.EnumerateFiles(directory, $"*{part}*.template.json").Single()))!.AsObject());
        return new(key, templates);
    }

    /// <summary>One made of a single template.</summary>
    public static Deployment Of(string key, JsonObject template) => new(key, new Dictionary<string, JsonObject> { ["service"] = template });

    public IEnumerable<Resource> Of(string type) => AllResources.Where(r => r.Kind == type);

    public Resource TheOnly(string type) => Assert.Single(Of(type));

    public override string ToString() => Key;
}

/// <summary>One resource of a template.</summary>
public sealed record Resource(string Stack, string Id, JsonObject Json)
{
    public string Kind => Json["Type"]!.GetValue<string>();

    public JsonNode? this[string property] => Json["Properties"]?[property];

    /// <summary>The construct that it is, as a path.</summary>
    public string Path => Json["Metadata"]?["aws:cdk:path"]?.GetValue<string>() ?? Id;

    /// <summary>Rules of the AWS Solutions pack that are answered here, with reasons.</summary>
    public IReadOnlyDictionary<string, string> Answers =>
        Json["Metadata"]?["cdk_nag"]?["rules_to_suppress"]?.AsArray().ToDictionary(a => a!["id"]!.GetValue<string>(), a => a!["reason"]!.GetValue<string>())
        ?? [];

    public override string ToString() => $"{Stack}/{Id} ({Kind})";
}

/// <summary>Reading of JSON without ceremony.</summary>
internal static class JsonReading
{
    /// <summary>The value at a path such as <c>Rules.0.Status</c>; null where there is none.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                JsonObject o => o[step],
                JsonArray a when int.TryParse(step, out var index) && index < a.Count => a[index],
                _ => null,
            };
        }
        return node;
    }

    /// <summary>Text of a string, number or boolean; JSON of anything else.</summary>
    public static string? Text(this JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };

    /// <summary>The items of a list, or the one that stands for a list.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => array.Select(i => i!),
        _ => [node],
    };

    /// <summary>The logical id that this refers to, by Ref or by attribute.</summary>
    public static string? Refers(this JsonNode? node) => (node as JsonObject)?["Ref"].Text() ?? (node as JsonObject)?["Fn::GetAtt"]?[0].Text();
}
