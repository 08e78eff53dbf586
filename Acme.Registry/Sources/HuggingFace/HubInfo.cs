using System.Text.Json;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>What the hub tells about a repository (<c>/api/models/{id}</c>, <c>/api/datasets/{id}</c>). Every field may be missing.</summary>
internal sealed record HubInfo
{
    private const int MaxTags = 200;
    private const string LicenseTag = "license:";

    /// <summary>Its id now; another than the one that was asked for when the repository was renamed.</summary>
    public string? Id { get; private init; }

    /// <summary>The commit that the revision stands for.</summary>
    public string? Commit { get; init; }

    public bool IsGated { get; private init; }

    public bool IsPrivate { get; private init; }

    public bool IsDisabled { get; private init; }

    public string? PipelineTag { get; private init; }

    public string? LibraryName { get; private init; }

    public string? License { get; private init; }

    public IReadOnlyList<string> Tags { get; private init; } = [];

    public long? Downloads { get; private init; }

    public int? Likes { get; private init; }

    /// <summary>Bytes of everything that the repository keeps, its history included.</summary>
    public long? UsedStorage { get; private init; }

    public static HubInfo Read(JsonElement info)
    {
        var tags = info.Field("tags").Texts(MaxTags);
        var card = info.Field("cardData") ?? default;
        var licenses = card.Field("license");
        return new()
        {
            Id = info.Field("id").Text() ?? info.Field("modelId").Text(),
            Commit = info.Field("sha").Text() is { Length: 40 or 64 } sha && sha.All(char.IsAsciiHexDigit) ? sha : null,
            // False, or how access is granted ("auto", "manual").
            IsGated = info.Field("gated") is { ValueKind: JsonValueKind.String or JsonValueKind.True },
            IsPrivate = info.Field("private").IsTrue(),
            IsDisabled = info.Field("disabled").IsTrue(),
            PipelineTag = info.Field("pipeline_tag").Text() ?? card.Field("pipeline_tag").Text(),
            LibraryName = info.Field("library_name").Text() ?? card.Field("library_name").Text(),
            License = licenses.Text() ?? (licenses.Texts(1) is [var first] ? first : null)
                ?? tags.FirstOrDefault(t => t.StartsWith(LicenseTag, StringComparison.Ordinal))?[LicenseTag.Length..],
            Tags = tags,
            Downloads = info.Field("downloads").Number(),
            Likes = info.Field("likes").Number() is >= 0 and <= int.MaxValue and var likes ? (int)likes : null,
            UsedStorage = info.Field("usedStorage").Number(),
        };
    }
}
