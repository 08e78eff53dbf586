using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>How an order of a query stands in the index.</summary>
/// <param name="Table">The table of ranges that is in this order.</param>
/// <param name="Column">The key among the columns of <c>artifact_index</c>.</param>
/// <param name="IsDescending">Whether it goes from the greatest key down, and from the latest number within one key.</param>
/// <param name="Ranges">
/// The labels whose artifacts stand in the table; null for every label. Where a new artifact has the latest key, its rows go to the ends of their ranges, whatever their number. Elsewhere
/// each goes to a page of its own, which a large catalog has to read and write for it: so only those labels have ranges that most queries are of, or that go with the key.
/// </param>
internal sealed record ArtifactOrdering(string Table, string Column, bool IsDescending, IReadOnlyCollection<string>? Ranges)
{
    private static readonly string[] Kinds = [ArtifactIndex.Everything, .. ArtifactTypes.All.Select(ArtifactIndex.OfType)];
    private static readonly string[] KindsAndVerdicts = [.. Kinds, ArtifactIndex.Of(ArtifactLabel.Accepted), ArtifactIndex.Of(ArtifactLabel.Rejected)];

    private static readonly ArtifactOrdering Newest = new("label_by_newest", "created_at", true, null);
    private static readonly ArtifactOrdering Name = new("label_by_name", "name", false, Kinds);
    private static readonly ArtifactOrdering NetScore = new("label_by_score", "net_score", true, KindsAndVerdicts);

    /// <summary>Every order.</summary>
    public static IReadOnlyList<ArtifactOrdering> All { get; } = [Newest, Name, NetScore];

    /// <summary>SQL's word for the direction.</summary>
    public string Direction => IsDescending ? "DESC" : "ASC";

    /// <summary>SQL's comparison with the place before.</summary>
    public string Beyond => IsDescending ? "<" : ">";

    /// <summary>Whether the artifacts of the label stand in the table.</summary>
    public bool HasRange(string label) => Ranges?.Contains(label) ?? true;

    /// <summary>The same as a condition on the table <c>label</c>.</summary>
    public string HasRangeSql { get; } = Ranges is null ? "true" : $"label.text IN ({string.Join(", ", Ranges.Select(label => $"'{label}'"))})";

    /// <summary>The order of a query.</summary>
    public static ArtifactOrdering Of(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => Name,
        ArtifactOrder.NetScore => NetScore,
        _ => Newest,
    };
}
