using System.Globalization;
using Acme.Client.Contract;

namespace Acme.Web.Pages.Directory;

/// <summary>What the directory is asked for. Its address says all of it, so that a search can be shared.</summary>
public sealed record Filter
{
    /// <summary>Types to keep; null for every.</summary>
    public ArtifactType? Type { get; init; }

    /// <summary>Words or parts of words, in name or card.</summary>
    public string? Text { get; init; }

    /// <summary>A regular expression, in name or card.</summary>
    public string? Pattern { get; init; }

    /// <summary>SPDX identifier.</summary>
    public string? License { get; init; }

    /// <summary>Least net score, 0..1.</summary>
    public double? MinNetScore { get; init; }

    /// <summary><c>accepted</c> or <c>rejected</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>Name of a model or data set that it is made from.</summary>
    public string? Parent { get; init; }

    /// <summary>Id of a question whose answer was not yes.</summary>
    public string? Finding { get; init; }

    /// <summary><c>newest</c>, <c>name</c> or <c>net_score</c>.</summary>
    public string? Order { get; init; }

    /// <summary>Whether anything but the order is asked for.</summary>
    public bool Any => this with { Order = null } != new Filter();

    /// <summary>Reads it from the address; what makes no sense there is left out.</summary>
    internal static Filter Read(
        string? type, string? text, string? pattern, string? license, string? minNetScore, string? verdict, string? parent, string? finding, string? order, out bool badScore)
    {
        var score = Given(minNetScore);
        var isScore = double.TryParse(score?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var least) && least is >= 0 and <= 1;
        badScore = score is not null && !isScore;
        return new()
        {
            Type = type switch { "model" => ArtifactType.Model, "dataset" => ArtifactType.Dataset, "code" => ArtifactType.Code, _ => null },
            Text = Given(text),
            Pattern = Given(pattern),
            License = Given(license),
            MinNetScore = isScore ? least : null,
            Verdict = verdict is "accepted" or "rejected" ? verdict : null,
            Parent = Given(parent),
            Finding = Given(finding),
            Order = order is "name" or "net_score" ? order : null,
        };
    }

    /// <summary>What the API is asked.</summary>
    internal DirectoryQuery ToQuery(string? cursor, int limit) => new()
    {
        Types = Type is { } type ? [type] : [],
        Text = Text,
        Pattern = Pattern,
        License = License,
        MinNetScore = MinNetScore,
        Accepted = Verdict is null ? null : Verdict == "accepted",
        Parents = Parent is null ? [] : [Parent],
        Findings = Finding is null ? [] : [Finding],
        Order = Order switch { "name" => DirectoryOrder.Name, "net_score" => DirectoryOrder.NetScore, _ => DirectoryOrder.Newest },
        Cursor = string.IsNullOrEmpty(cursor) ? null : cursor,
        Limit = limit,
    };

    /// <summary>Its address, from the page that the cursor names.</summary>
    public string AddressOf(string? cursor = null)
    {
        (string Name, string? Value)[] parameters =
        [
            ("type", Type?.ToString().ToLowerInvariant()), ("q", Text), ("pattern", Pattern), ("license", License),
            ("minNetScore", MinNetScore?.ToString(CultureInfo.InvariantCulture)), ("verdict", Verdict), ("parent", Parent), ("finding", Finding), ("order", Order), ("cursor", cursor),
        ];
        var query = string.Join('&', parameters.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "/directory" : "/directory?" + query;
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
