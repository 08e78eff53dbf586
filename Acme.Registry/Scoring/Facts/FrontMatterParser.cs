using YamlDotNet.Core;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Takes the metadata from the top of a card: YAML between two lines of <c>---</c>.</summary>
public static class FrontMatterParser
{
    private const int MaxItems = 200;
    private const int MaxLength = 500;

    /// <summary>The metadata, or what is wrong with it; a card without any is neither.</summary>
    public static (FrontMatter FrontMatter, string? Problem) Parse(string card)
    {
        if (Extent(card) is not var (start, end)) return (FrontMatter.Empty, null);
        if (end < 0) return (FrontMatter.Empty, "front matter malformed: the opening --- has no closing --- after it");
        try
        {
            return YamlNode.Parse(card[start..end]) switch
            {
                YamlNode.Mapping fields => (Read(fields), null),
                YamlNode.Scalar { Value: "" } => (FrontMatter.Empty, null),
                _ => (FrontMatter.Empty, "front matter malformed: not a mapping of fields to values"),
            };
        }
        catch (YamlException e)
        {
            // Lines are those of the card, whose first is the opening ---.
            return (FrontMatter.Empty, $"front matter malformed: line {e.Start.Line + 1}: {Cut(e.Message)}");
        }
    }

    /// <summary>The card without its metadata, and the line its text begins at, from 1.</summary>
    public static (string Body, int FirstLine) Body(string card)
    {
        if (Extent(card) is not var (_, end) || end < 0) return (card, 1);
        var bodyStart = card.IndexOf('\n', end + 1) is var newline and >= 0 ? newline + 1 : card.Length;
        return (card[bodyStart..], card.AsSpan(0, bodyStart).Count('\n') + 1);
    }

    /// <summary>Where the YAML begins and where the line of its closing <c>---</c> does (-1 without one); nothing without metadata.</summary>
    private static (int Start, int End)? Extent(string card)
    {
        if (!card.StartsWith("---", StringComparison.Ordinal)) return null;
        var start = card.IndexOf('\n') + 1;
        if (start == 0 || card.AsSpan(3, start - 3).Trim().Length > 0) return null;
        for (var line = start; line < card.Length;)
        {
            var next = card.IndexOf('\n', line);
            var end = next < 0 ? card.Length : next;
            if (card.AsSpan(line, end - line).TrimEnd() is "---") return (start, line);
            line = end + 1;
        }
        return (start, -1);
    }

    private static FrontMatter Read(YamlNode.Mapping fields) => new()
    {
        License = Texts(fields["license"]),
        LicenseName = Text(fields["license_name"]),
        LicenseLink = Text(fields["license_link"]),
        Datasets = Texts(fields["datasets"]),
        BaseModels = Texts(fields["base_model"]),
        BaseModelRelation = Text(fields["base_model_relation"]),
        Tags = Texts(fields["tags"]),
        PipelineTag = Text(fields["pipeline_tag"]),
        LibraryName = Text(fields["library_name"]),
        Languages = Texts(fields["language"]),
        Results = [.. Items(fields["model-index"]).SelectMany(model => Items(model["results"])).SelectMany(Results).Take(MaxItems)],
    };

    private static IEnumerable<ResultFact> Results(YamlNode result)
    {
        var task = Text(result["task"]?["name"]) ?? Text(result["task"]?["type"]);
        var dataset = Text(result["dataset"]?["name"]) ?? Text(result["dataset"]?["type"]);
        return Items(result["metrics"]).Select(m => new ResultFact(task, dataset, Text(m["name"]) ?? Text(m["type"]), Text(m["value"])));
    }

    private static IReadOnlyList<string> Texts(YamlNode? node) =>
        node is YamlNode.Sequence ? [.. Items(node).Select(Text).OfType<string>().Take(MaxItems)] : Text(node) is { } text ? [text] : [];

    private static IReadOnlyList<YamlNode> Items(YamlNode? node) => (node as YamlNode.Sequence)?.Items ?? [];

    private static string? Text(YamlNode? node) =>
        node is YamlNode.Scalar scalar && scalar.Value.Trim() is { Length: > 0 } value && value is not ("null" or "~") ? Cut(value) : null;

    private static string Cut(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
