using System.Diagnostics;
using System.Diagnostics.Metrics;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Telemetry;

/// <summary>
/// What the registry measures of itself. Names follow OpenTelemetry's conventions: durations in seconds, sizes in bytes, attributes in
/// lower case with dots. Whoever exports listens to the meter and the activity source of <see cref="Name"/>.
/// </summary>
public static class RegistryTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Acme.Registry";

    /// <summary>Attribute of spans: the artifact's id.</summary>
    public const string ArtifactIdAttribute = "acme.artifact.id";

    /// <summary>Attribute: what came of it, such as <c>published</c> or <c>rejected</c>.</summary>
    public const string OutcomeAttribute = "acme.outcome";

    /// <summary>Name of the histogram of <see cref="StoreDuration"/>.</summary>
    public const string StoreDurationName = "acme.store.operation.duration";

    /// <summary>Name of the histogram of <see cref="StageDuration"/>.</summary>
    public const string StageDurationName = "acme.stage.duration";

    private static readonly Meter Meter = new(Name);

    // From a cached read of an embedded store to an ingest of minutes.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    /// <summary>Spans of the registry's own work.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>
    /// Seconds a storage driver took for one call, by <c>acme.store</c> (catalog, blobs), <c>acme.store.driver</c>, <c>acme.store.operation</c> and, where
    /// it failed, <c>error.type</c>. Reading a blob counts without the time its reader let it wait; that is in <see cref="ReaderWait"/>.
    /// </summary>
    public static Histogram<double> StoreDuration { get; } = Meter.CreateHistogram(StoreDurationName, "s", "Time a storage driver takes for one call.", null, Durations);

    /// <summary>
    /// Seconds a call waited inside a driver for a connection, a reader or its turn to write, by <c>acme.store</c>; a part of <see cref="StoreDuration"/>.
    /// Long waits with a fast store mean that there are too few of them.
    /// </summary>
    public static Histogram<double> StoreWait { get; } = Meter.CreateHistogram("acme.store.wait", "s", "Time a call waited inside a driver for its turn.", null, Durations);

    /// <summary>Seconds that reading a blob waited for whoever it was written to: a slow client or network, not a slow store.</summary>
    public static Histogram<double> ReaderWait { get; } = Meter.CreateHistogram("acme.blob.reader.wait", "s", "Time that reading a blob waited for its reader.", null, Durations);

    /// <summary>Bytes read from the blob store.</summary>
    public static Counter<long> BytesRead { get; } = Meter.CreateCounter<long>("acme.blob.read", "By", "Bytes read from the blob store.");

    /// <summary>Bytes written to the blob store.</summary>
    public static Counter<long> BytesWritten { get; } = Meter.CreateCounter<long>("acme.blob.written", "By", "Bytes written to the blob store.");

    /// <summary>Seconds an ingest took from its order to its end, by <c>acme.artifact.type</c> and <see cref="OutcomeAttribute"/>.</summary>
    public static Histogram<double> IngestDuration { get; } = Meter.CreateHistogram("acme.ingest.duration", "s", "Time from an ingest's order to its end.", null, Durations);

    /// <summary>Seconds that a job waited beyond the time when it was due until a process took it up.</summary>
    public static Histogram<double> JobWait { get; } = Meter.CreateHistogram("acme.job.wait", "s", "Time that a job waited beyond its due time.", null, Durations);

    /// <summary>Seconds one stage of a longer piece of work took, by <c>acme.stage</c>.</summary>
    public static Histogram<double> StageDuration { get; } = Meter.CreateHistogram(StageDurationName, "s", "Time of one stage of an ingest or a rating.", null, Durations);

    /// <summary>Begins a span about an artifact; null when nobody listens.</summary>
    public static Activity? StartActivity(string name, ArtifactId? artifact = null)
    {
        var activity = Source.StartActivity(name);
        if (artifact is { } id) activity?.SetTag(ArtifactIdAttribute, id.ToString());
        return activity;
    }

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity? activity, Exception failure)
    {
        if (activity is null) return;
        activity.SetStatus(ActivityStatusCode.Error, failure.Message);
        activity.SetTag("error.type", failure.GetType().Name);
    }
}
