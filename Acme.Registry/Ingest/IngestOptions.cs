using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Ingest;

/// <summary>How artifacts are taken in (section <c>Ingest</c>).</summary>
public sealed class IngestOptions
{
    /// <summary>How long a request waits for its ingest before it is answered 202. Default: 25 s, below what gateways allow.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Longest an ingest may take in all. Default: 12 hours. Less than <see cref="Maintenance.MaintenanceOptions.Grace"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "5.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Ingests by URL that run at once in one process; further ones wait. Default: 8.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 8;

    /// <summary>Largest ZIP that is read, in bytes. Default: 100 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxArchiveBytes { get; set; } = 100L << 30;

    /// <summary>Where uploads are kept while they are unpacked; emptied by the operating system when the process ends. Default: below the data directory.</summary>
    public string? SpoolDirectory { get; set; }
}
