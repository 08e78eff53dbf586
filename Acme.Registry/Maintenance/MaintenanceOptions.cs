using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Maintenance;

/// <summary>How the store is kept clean and whole (section <c>Maintenance</c>).</summary>
public sealed class MaintenanceOptions
{
    /// <summary>How long a blob that nothing refers to is kept, because an ingest may be about to refer to it. Default: 24 hours. More than <see cref="Ingest.IngestOptions.TimeLimit"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a deleted artifact can be restored; its files are kept until then. Default: 14 days. 0 keeps nothing: what is deleted is gone for good. What was
    /// deleted before this was changed is kept for as long as it says now.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan KeepDeletedFor { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Pause between garbage collections. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan CollectEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Pause between scrubs. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ScrubEvery { get; set; } = TimeSpan.FromDays(7);
}
