namespace Acme.Registry.Scoring.Weights;

/// <summary>What the header of one weight file tells.</summary>
/// <param name="Bytes">Bytes of the weights alone; the file's size where the header does not tell.</param>
/// <param name="Tensors">Number of tensors (of storages in a PyTorch file), where the header tells.</param>
/// <param name="Parameters">Number of elements in all tensors, where the header tells.</param>
/// <param name="Types">The element types, as the format calls them, each once, in ordinal order.</param>
/// <param name="Problem">Why the header cannot be trusted, where it cannot; the other values then come from the file's size alone.</param>
public sealed record WeightHeader(long Bytes, int? Tensors, long? Parameters, IReadOnlyList<string> Types, string? Problem)
{
    /// <summary>A file of which only the size is known.</summary>
    public static WeightHeader OfSize(long size, string? problem = null) => new(size, null, null, [], problem);
}

/// <summary>The header of a weight file contradicts itself or the file; the message says how.</summary>
public sealed class MalformedWeightsException(string message) : Exception(message);
