using Acme.Registry.Jobs;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Maintenance;

/// <summary>Collects garbage again and again, on one instance at a time.</summary>
public sealed class CollectGarbageJob(GarbageCollector collector, MaintenanceReport report, IOptions<MaintenanceOptions> options, TimeProvider time) : IJobHandler
{
    /// <inheritdoc/>
    public string Kind => "collect-garbage";

    /// <inheritdoc/>
    public TimeSpan? RepeatAfter => options.Value.CollectEvery;

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken) =>
        report.Note(await collector.CollectAsync(options.Value.Grace, options.Value.KeepDeletedFor, cancellationToken), time.GetUtcNow());

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) => true;
}

/// <summary>Re-hashes everything again and again, on one instance at a time.</summary>
public sealed class ScrubJob(Scrubber scrubber, MaintenanceReport report, IOptions<MaintenanceOptions> options, TimeProvider time) : IJobHandler
{
    /// <inheritdoc/>
    public string Kind => "scrub";

    /// <inheritdoc/>
    public TimeSpan? RepeatAfter => options.Value.ScrubEvery;

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken) =>
        report.Note(await scrubber.ScrubAsync(cancellationToken), time.GetUtcNow());

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) => true;
}
