using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>What Kaggle tells about a dataset (<c>/api/v1/datasets/view/{owner}/{name}</c>). Every field may be missing.</summary>
internal sealed record KaggleInfo
{
    private const int MaxDescription = 512 << 10;
    private const int MaxTags = 200;

    public string? Title { get; private init; }

    public string? Subtitle { get; private init; }

    /// <summary>Markdown.</summary>
    public string? Description { get; private init; }

    /// <summary>As Kaggle shows it.</summary>
    public string? LicenseName { get; private init; }

    /// <summary>SPDX identifier where there is one for it, else as Kaggle shows it.</summary>
    public string? License => LicenseName is { } name ? KaggleLicenses.ToSpdx(name) ?? name : null;

    public long? TotalBytes { get; private init; }

    public bool IsPrivate { get; private init; }

    public long? Downloads { get; private init; }

    public int? Votes { get; private init; }

    public IReadOnlyList<string> Tags { get; private init; } = [];

    public static KaggleInfo Read(JsonElement info) => new()
    {
        Title = Either(info, "title").Text(),
        Subtitle = Either(info, "subtitle").Text(),
        Description = Either(info, "description").LongText() is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxDescription)] : null,
        LicenseName = Either(info, "licenseName").Text() ?? info.Field("licenses").Items().Select(l => l.Field("name").Text()).FirstOrDefault(),
        TotalBytes = Either(info, "totalBytes").Number(),
        IsPrivate = Either(info, "isPrivate").IsTrue(),
        Downloads = Either(info, "downloadCount").Number(),
        Votes = Either(info, "voteCount").Number() is >= 0 and <= int.MaxValue and var votes ? (int)votes : null,
        Tags = [.. info.Field("tags").Items().Select(t => Either(t, "name").Text() ?? t.Field("ref").Text()).OfType<string>().Take(MaxTags)],
    };

    /// <summary>A card made of what the page of the dataset shows.</summary>
    public byte[] ToCard(KaggleDataset dataset)
    {
        var card = new StringBuilder("---\n");
        if (LicenseName is { } name)
        {
            var spdx = KaggleLicenses.ToSpdx(name);
            card.Append($"license: {Quoted(spdx?.ToLowerInvariant() ?? "other")}\n");
            if (spdx is null) card.Append($"license_name: {Quoted(name)}\n");
        }
        if (Tags.Count > 0) card.Append("tags:\n").AppendJoin("", Tags.Select(t => $"- {Quoted(t)}\n"));
        card.Append($"---\n\n# {OneLine(Title ?? dataset.Name)}\n");
        if (Subtitle is { } subtitle) card.Append($"\n{OneLine(subtitle)}\n");
        if (Description is { } description) card.Append($"\n{description.ReplaceLineEndings("\n").Trim()}\n");
        return Encoding.UTF8.GetBytes(card.ToString());
    }

    /// <summary>The metadata in the form in which Kaggle's own tools keep it beside a dataset's files.</summary>
    public byte[] ToMetadata(KaggleDataset dataset, IEnumerable<KaggleFile> files) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = dataset.Id,
        ["title"] = Title,
        ["subtitle"] = Subtitle,
        ["description"] = Description,
        ["licenses"] = new JsonArray(LicenseName is { } name ? [new JsonObject { ["name"] = name }] : []),
        ["keywords"] = new JsonArray([.. Tags.Select(t => (JsonNode)t)]),
        ["resources"] = new JsonArray([.. files.Select(f => new JsonObject { ["path"] = f.Name, ["bytes"] = f.Size })]),
    }.ToJsonString());

    /// <summary>Kaggle gives most fields twice, once with this suffix; one of the two may be missing.</summary>
    private static JsonElement? Either(JsonElement info, string field) => info.Field(field) ?? info.Field(field + "Nullable");

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Quoted(string text) => $"'{OneLine(text).Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>A file of a dataset, as Kaggle lists it.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Size">Bytes, where Kaggle tells.</param>
internal sealed record KaggleFile(string Name, long? Size);
