using Acme.Client.Contract;

namespace Acme.Web.Charts;

/// <summary>Places a lineage graph: what comes first stands to the left, the artifact itself at the right, everything to the left of what is made from it.</summary>
internal sealed class LineageLayout
{
    public const int NodeWidth = 208, NodeHeight = 48;
    private const int ColumnGap = 72, RowGap = 20, Margin = 4;

    // Lines that pass a column go below the nodes there.
    private const int Detour = NodeHeight + 28, RoomBelow = 40;

    private readonly Dictionary<string, Place> _places;

    public LineageLayout(ArtifactLineageGraph graph, string artifactId)
    {
        var distance = DistancesTo(artifactId, graph);
        var columns = distance.Values.DefaultIfEmpty(0).Max() + 1;
        var byColumn = graph.Nodes.DistinctBy(n => n.ArtifactId)
            .GroupBy(n => columns - 1 - distance.GetValueOrDefault(n.ArtifactId))
            .ToDictionary(g => g.Key, g => g.ToArray());
        var rows = byColumn.Values.Select(c => c.Length).DefaultIfEmpty(1).Max();
        Width = columns * NodeWidth + (columns - 1) * ColumnGap + 2 * Margin;
        Height = rows * NodeHeight + (rows - 1) * RowGap + 2 * Margin;
        _places = byColumn
            .SelectMany(column => column.Value.Select((node, row) => new Place(
                node,
                Margin + column.Key * (NodeWidth + ColumnGap),
                Margin + row * (NodeHeight + RowGap) + (rows - column.Value.Length) * (NodeHeight + RowGap) / 2)))
            .ToDictionary(p => p.Node.ArtifactId);
        Places = [.. _places.Values.OrderBy(p => p.X).ThenBy(p => p.Y)];
        if (graph.Edges.Any(e => distance.GetValueOrDefault(e.FromNodeArtifactId) - distance.GetValueOrDefault(e.ToNodeArtifactId) > 1)) Height += RoomBelow;
        Lines = [.. graph.Edges.Where(e => _places.ContainsKey(e.FromNodeArtifactId) && _places.ContainsKey(e.ToNodeArtifactId)).Select(ToLine)];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The nodes in reading order: left to right, top to bottom.</summary>
    public IReadOnlyList<Place> Places { get; }

    public IReadOnlyList<Line> Lines { get; }

    /// <summary>The longest way from each node to the artifact. References may run in a circle; no way is longer than there are nodes.</summary>
    private static Dictionary<string, int> DistancesTo(string artifactId, ArtifactLineageGraph graph)
    {
        var distance = new Dictionary<string, int> { [artifactId] = 0 };
        for (var round = 0; round < graph.Nodes.Count; round++)
        {
            var changed = false;
            foreach (var edge in graph.Edges)
            {
                if (edge.FromNodeArtifactId == artifactId || !distance.TryGetValue(edge.ToNodeArtifactId, out var to)) continue;
                if (distance.GetValueOrDefault(edge.FromNodeArtifactId, -1) > to || to + 1 >= graph.Nodes.Count) continue;
                distance[edge.FromNodeArtifactId] = to + 1;
                changed = true;
            }
            if (!changed) break;
        }
        return distance;
    }

    private Line ToLine(ArtifactLineageEdge edge)
    {
        var (from, to) = (_places[edge.FromNodeArtifactId], _places[edge.ToNodeArtifactId]);
        var (x1, y1, x2, y2) = (from.X + NodeWidth, from.Y + NodeHeight / 2, to.X, to.Y + NodeHeight / 2);
        var detour = x2 - x1 > ColumnGap ? Detour : 0;
        var bend = detour > 0 ? ColumnGap : Math.Max(30, (x2 - x1) / 2);
        return new(edge, $"M{x1} {y1} C{x1 + bend} {y1 + detour} {x2 - bend} {y2 + detour} {x2 - 6} {y2}", $"M{x2 - 8} {y2 - 4} l8 4 l-8 4z");
    }

    /// <summary>Where a node stands: its upper left corner.</summary>
    public sealed record Place(ArtifactLineageNode Node, int X, int Y);

    /// <summary>A line from parent to child, and its arrow head, as SVG paths.</summary>
    public sealed record Line(ArtifactLineageEdge Edge, string Path, string Head);
}
