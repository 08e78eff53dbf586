namespace Acme.Registry.Maintenance;

/// <summary>What the last maintenance found, as this process knows it.</summary>
public sealed class MaintenanceReport
{
    /// <summary>The last scrub, or null when there has been none since the process began.</summary>
    public ScrubReport? LastScrub { get; private set; }

    /// <summary>The last garbage collection, or null when there has been none since the process began.</summary>
    public GarbageCollection? LastCollection { get; private set; }

    /// <summary>When the later of the two ended (UTC).</summary>
    public DateTimeOffset? ObservedAt { get; private set; }

    /// <summary>Notes a scrub.</summary>
    public void Note(ScrubReport scrub, DateTimeOffset at) => (LastScrub, ObservedAt) = (scrub, at);

    /// <summary>Notes a garbage collection.</summary>
    public void Note(GarbageCollection collection, DateTimeOffset at) => (LastCollection, ObservedAt) = (collection, at);
}
