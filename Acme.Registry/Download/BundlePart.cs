using Acme.Registry.Artifacts;

namespace Acme.Registry.Download;

/// <summary>Which files of a revision a bundle holds. The names, in lower case, are the values of <c>?part=</c>.</summary>
public enum BundlePart
{
    /// <summary>Every file.</summary>
    All,

    /// <summary>See <see cref="FileKinds.IsWeights"/>.</summary>
    Weights,

    /// <summary>See <see cref="FileKinds.IsDataset"/>.</summary>
    Datasets,
}

/// <summary>Selects the files of a part.</summary>
public static class BundleParts
{
    /// <summary>Whether the file belongs to the part.</summary>
    public static bool Includes(this BundlePart part, ManifestEntry file) => part switch
    {
        BundlePart.Weights => FileKinds.IsWeights(file.Path),
        BundlePart.Datasets => FileKinds.IsDataset(file.Path),
        _ => true,
    };
}
