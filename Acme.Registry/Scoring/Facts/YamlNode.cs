using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Acme.Registry.Scoring.Facts;

/// <summary>A value of a small, harmless part of YAML: no anchors, no aliases, few nodes, little nesting.</summary>
internal abstract record YamlNode
{
    /// <summary>Longest text that is read, in characters.</summary>
    public const int MaxText = 256 << 10;

    private const int MaxDepth = 20;
    private const int MaxNodes = 50_000;

    public sealed record Scalar(string Value) : YamlNode;

    public sealed record Sequence(IReadOnlyList<YamlNode> Items) : YamlNode;

    public sealed record Mapping(IReadOnlyDictionary<string, YamlNode> Fields) : YamlNode;

    /// <summary>The field of a mapping, or nothing.</summary>
    public YamlNode? this[string field] => (this as Mapping)?.Fields.GetValueOrDefault(field);

    /// <summary>Reads a document.</summary>
    /// <exception cref="YamlException">Malformed, or beyond the bounds; <see cref="YamlException.Start"/> says where.</exception>
    public static YamlNode Parse(string text)
    {
        if (text.Length > MaxText) throw new YamlException($"longer than {MaxText} characters");
        var parser = new Parser(new StringReader(text));
        try
        {
            return ReadDocument(parser);
        }
        // On some malformed texts the library's scanner fails in ways of its own.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or KeyNotFoundException)
        {
            var at = parser.Current?.Start ?? Mark.Empty;
            throw new YamlException(at, at, "not YAML", e);
        }
    }

    private static YamlNode ReadDocument(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return new Scalar("");
        parser.Consume<DocumentStart>();
        var nodes = 0;
        var root = Read(parser, 0, ref nodes);
        parser.Consume<DocumentEnd>();
        return root;
    }

    private static YamlNode Read(Parser parser, int depth, ref int nodes)
    {
        if (parser.Current is not NodeEvent node) throw new YamlException(parser.Current!.Start, parser.Current.End, "anchors and aliases are not read");
        if (!node.Anchor.IsEmpty) throw new YamlException(node.Start, node.End, "anchors and aliases are not read");
        if (depth > MaxDepth) throw new YamlException(node.Start, node.End, $"nested more than {MaxDepth} deep");
        if (++nodes > MaxNodes) throw new YamlException(node.Start, node.End, $"more than {MaxNodes} values");
        switch (node)
        {
            case YamlDotNet.Core.Events.Scalar scalar:
                parser.MoveNext();
                return new Scalar(scalar.Value);
            case SequenceStart:
                var items = new List<YamlNode>();
                parser.MoveNext();
                while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Read(parser, depth + 1, ref nodes));
                return new Sequence(items);
            default:
                var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
                parser.MoveNext();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var start = parser.Current!.Start;
                    if (Read(parser, depth + 1, ref nodes) is not Scalar key) throw new YamlException(start, start, "a key that is not a text");
                    if (!fields.TryAdd(key.Value, Read(parser, depth + 1, ref nodes))) throw new YamlException(start, start, $"the key '{key.Value}' stands twice");
                }
                return new Mapping(fields);
        }
    }
}
