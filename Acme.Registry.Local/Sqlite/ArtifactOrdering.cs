using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>How an order of a query stands in the index.</summary>
/// <param name="Table">The table of ranges that is in this order.</param>
/// <param name="Column">The key among the columns of <c>artifact_index</c>.</param>
/// <param name="IsDescending">Whether it goes from the greatest key down, and from the latest number within one key.</param>
internal sealed record ArtifactOrdering(string Table, string Column, bool IsDescending)
{
    private static readonly ArtifactOrdering Newest = new("label_by_newest", "created_at", true);
    private static readonly ArtifactOrdering Name = new("label_by_name", "name", false);
    private static readonly ArtifactOrdering NetScore = new("label_by_score", "net_score", true);

    /// <summary>Every order.</summary>
    public static IReadOnlyList<ArtifactOrdering> All { get; } = [Newest, Name, NetScore];

    /// <summary>SQL's word for the direction.</summary>
    public string Direction => IsDescending ? "DESC" : "ASC";

    /// <summary>SQL's comparison with the place before.</summary>
    public string Beyond => IsDescending ? "<" : ">";

    /// <summary>The order of a query.</summary>
    public static ArtifactOrdering Of(ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => Name,
        ArtifactOrder.NetScore => NetScore,
        _ => Newest,
    };
}
