using System.ComponentModel.DataAnnotations;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Mirroring;

/// <summary>What becomes of content that a source announces by its digest (section <c>Mirror</c>).</summary>
public sealed class MirrorOptions : IValidatableObject
{
    /// <summary>Files up to this many bytes are taken in at ingest all the same. Default: 8 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long InlineUpTo { get; set; } = 8L << 20;

    /// <summary>Up to this many bytes not here yet, all of an artifact's files are fetched as soon as it is published. Default: 20 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long EagerUpTo { get; set; } = 20L << 30;

    /// <summary>
    /// Above this many bytes not here yet, an artifact's files stay where they are and it keeps pointers. Between the two, a file is
    /// fetched when it is first downloaded. Default: 200 GiB.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long PointerAbove { get; set; } = 200L << 30;

    /// <summary>Files fetched in the background at once in one process. Default: 2.</summary>
    [Range(1, 100)]
    public int Concurrency { get; set; } = 2;

    /// <summary>Where files are kept until they are whole; needs room for the largest ones. Default: below the data directory.</summary>
    public string? PartDirectory { get; set; }

    /// <summary>What the sizes of a revision make of its remote files.</summary>
    public MirrorMode ModeOf(Manifest manifest) =>
        manifest.RemoteSize > PointerAbove ? MirrorMode.AtSource
        : manifest.RemoteSize > EagerUpTo ? MirrorMode.Lazy
        : MirrorMode.Eager;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PointerAbove < EagerUpTo)
            yield return new("It must not be less than EagerUpTo: what is fetched at once cannot be kept as a pointer.", [nameof(PointerAbove)]);
    }
}

/// <summary>When the remote files of a revision are fetched.</summary>
public enum MirrorMode
{
    /// <summary>As soon as it is published.</summary>
    Eager,

    /// <summary>When it is first downloaded.</summary>
    Lazy,

    /// <summary>Never: they stay at the source, and the artifact points there.</summary>
    AtSource,
}
