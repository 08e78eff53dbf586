namespace Acme.Registry.Scoring.Weights;

/// <summary>
/// Which of an artifact's weights someone loads who uses the model once. The same weights in a second format, precision or
/// quantisation do not count again.
/// </summary>
public static class MainWeights
{
    /// <summary>Sets with at least this share of the largest one's parameters are the same model in another precision.</summary>
    private const double SameModel = 0.9;

    /// <summary>
    /// The sets of the preferred format, one per directory (a pipeline keeps its parts in directories). Among several in one
    /// directory, such as quantisations, the smallest that holds the whole model, as the parameter counts tell; the largest,
    /// where they do not. Where a pipeline index says that the parts are in directories, a merged copy at the root does not count.
    /// </summary>
    /// <param name="sets">Every set of the artifact.</param>
    /// <param name="isPipeline">Whether the root holds a <c>model_index.json</c>.</param>
    public static IReadOnlyList<WeightSet> Of(IReadOnlyList<WeightSet> sets, bool isPipeline)
    {
        var filled = sets.Where(s => s.Bytes > 0).ToList();
        if (filled.Count == 0) return [];
        var format = filled.Min(s => s.Format);
        var ofFormat = filled.Where(s => s.Format == format).ToList();
        if (isPipeline && ofFormat.Any(s => s.Directory.Length > 0)) ofFormat.RemoveAll(s => s.Directory.Length == 0);
        return [.. ofFormat.GroupBy(s => s.Directory, StringComparer.Ordinal).Select(OneOf)];
    }

    private static WeightSet OneOf(IEnumerable<WeightSet> alternatives)
    {
        var counted = alternatives.Where(s => s.Parameters is > 0 && s.Problems.Count == 0).ToList();
        if (counted.Count == 0) return alternatives.MaxBy(s => s.Bytes)!;
        var most = counted.Max(s => s.Parameters!.Value);
        return counted.Where(s => s.Parameters >= SameModel * most).MinBy(s => s.Bytes)!;
    }
}
