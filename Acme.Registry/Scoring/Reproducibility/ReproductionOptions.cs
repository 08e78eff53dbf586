using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>Whether and within which limits demo code is run (section <c>Scoring:Reproduction</c>).</summary>
public sealed class ReproductionOptions
{
    /// <summary>Whether demo code is run, in a sandbox of bubblewrap (<c>bwrap</c>), which must be installed. Default: no.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The directory of the Python environment (<c>bin/python3</c> and the libraries) that demos may use, seen by them read-only. Without
    /// one they have the Python of <c>/usr</c>.
    /// </summary>
    public string? PythonEnvironment { get; set; }

    /// <summary>How long a demo may run. Default: two minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes of address space a process of the demo may have. Default: 8 GiB.</summary>
    [Range(64L << 20, 1L << 40)]
    public long MemoryLimit { get; set; } = 8L << 30;

    /// <summary>Bytes of files of a model whose demo is run; larger ones are not tried. Default: 2 GiB.</summary>
    [Range(0, 1L << 40)]
    public long MaxModelBytes { get; set; } = 2L << 30;

    /// <summary>Where the model's files are laid out for the time of a run. Default: <c>demo</c> in the data directory.</summary>
    public string? Directory { get; set; }
}
