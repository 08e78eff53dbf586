using System.Diagnostics;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Telemetry;

/// <summary>Measures calls to one store: a duration and, where someone listens, a span for each.</summary>
/// <param name="store"><c>catalog</c> or <c>blobs</c>.</param>
/// <param name="driver">The driver's name in the configuration.</param>
internal sealed class StoreMeter(string store, string driver)
{
    public async Task<T> RunAsync<T>(string operation, ArtifactId? artifact, Func<Task<T>> call)
    {
        using var span = Begin(operation, artifact);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = await call();
            Record(operation, Stopwatch.GetElapsedTime(start), null);
            return result;
        }
        catch (Exception e)
        {
            if (IsFailure(e)) span.Fail(e);
            Record(operation, Stopwatch.GetElapsedTime(start), e);
            throw;
        }
    }

    public Task RunAsync(string operation, ArtifactId? artifact, Func<Task> call) => RunAsync(
        operation, artifact,
        async () =>
        {
            await call();
            return true;
        });

    public Activity? Begin(string operation, ArtifactId? artifact)
    {
        var span = RegistryTelemetry.StartActivity($"{store} {operation}", artifact);
        span?.SetTag("acme.store", store).SetTag("acme.store.driver", driver);
        return span;
    }

    public void Record(string operation, TimeSpan elapsed, Exception? e)
    {
        var tags = new TagList { { "acme.store", store }, { "acme.store.driver", driver }, { "acme.store.operation", operation } };
        if (e is not null && IsFailure(e)) tags.Add("error.type", e.GetType().Name);
        RegistryTelemetry.StoreDuration.Record(elapsed.TotalSeconds, tags);
    }

    // What the ports promise to throw is an answer like any other. A full store is one, too, but it is trouble.
    public static bool IsFailure(Exception e) => e is not (
        OperationCanceledException or VersionConflictException or DuplicateUrlException or EpochChangedException or InvalidCursorException
        or BlobNotFoundException or ArgumentException or Search.SearchTimeoutException);
}
