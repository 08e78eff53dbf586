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
}
