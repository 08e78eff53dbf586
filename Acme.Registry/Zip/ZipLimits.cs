using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Zip;

/// <summary>How much a ZIP may hold before it is refused.</summary>
public sealed record ZipLimits
{
    /// <summary>The limits used where none are configured.</summary>
    public static ZipLimits Default { get; } = new();

    /// <summary>Most entries, folders included.</summary>
    [Range(1, 10000000)]
    public int MaxEntries { get; init; } = 100_000;

    /// <summary>Most bytes of all entries together once uncompressed.</summary>
    [Range(1, long.MaxValue)]
    public long MaxTotalBytes { get; init; } = 100L << 30;

    /// <summary>
    /// Most uncompressed bytes per byte of the archive, over the archive as a whole and only beyond <see cref="FreeBytes"/>.
    /// Over the whole, because that is what a sender can spend: one well-compressed entry among others costs nobody anything.
    /// Trained weights shrink by a half at most, text by a factor of ten; 200 leaves room for sparse tensors.
    /// </summary>
    [Range(1, 1000000)]
    public int MaxRatio { get; init; } = 200;

    /// <summary>
    /// Up to so many uncompressed bytes any ratio passes: zero-filled tensors reach deflate's own bound of 1032, and small
    /// archives of them are honest (freshly initialised or test models).
    /// </summary>
    [Range(0, long.MaxValue)]
    public long FreeBytes { get; init; } = 1L << 30;

    /// <summary>Longest name of an entry, in bytes as it stands in the archive.</summary>
    [Range(1, 65535)]
    public int MaxNameBytes { get; init; } = 1024;

    /// <summary>Largest central directory, in bytes; with the names it holds, it bounds the memory that an open archive takes.</summary>
    [Range(46, long.MaxValue)]
    public long MaxDirectoryBytes { get; init; } = 64L << 20;
}
