using System.Collections.Concurrent;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Ingest;

/// <summary>
/// Takes artifacts in by URL (orders must have one): within the request where the time budget allows it, else as a job that survives the process.
/// </summary>
public sealed class Ingestor(
    ICatalog catalog,
    IngestPipeline pipeline,
    IEnumerable<ISource> sources,
    JobRunner jobs,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<Ingestor> logger) : IJobHandler, IDisposable
{
    private readonly ConcurrentDictionary<ArtifactId, Task<Artifact>> _running = new();
    private readonly KeyedGate<(ArtifactType, string)> _oneAtATimePerUrl = new();
    private readonly SemaphoreSlim _places = new(options.Value.Concurrency);

    /// <inheritdoc/>
    public string Kind => "ingest";

    /// <summary>The source that a URL belongs to, and the URL parsed.</summary>
    /// <exception cref="InvalidOrderException">Not an absolute http(s) URL, or no source takes it.</exception>
    public (ISource Source, Uri Url) SourceFor(string url)
    {
        var parsed = CheckUrl(url);
        return (sources.FirstOrDefault(s => s.Handles(parsed))
            ?? throw new InvalidOrderException("No source takes this url. Give the URL of a ZIP file, or upload one."), parsed);
    }

    /// <summary>Reads the URL that an artifact comes from.</summary>
    /// <exception cref="InvalidOrderException">Not an absolute http(s) URL.</exception>
    public static Uri CheckUrl(string url)
    {
        if (url.Length > 2048) throw new InvalidOrderException("A source URL has at most 2,048 characters.");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0)
            throw new InvalidOrderException("The url must be an absolute http or https URL.");
        return parsed;
    }

    /// <summary>Carries the order out.</summary>
    /// <param name="order">What to take in.</param>
    /// <param name="respondAsync">Do not wait at all.</param>
    /// <param name="cancellationToken">The request's; an ingest that has been accepted goes on without it.</param>
    /// <returns>The published artifact, or null when it goes on in the background.</returns>
    /// <exception cref="DuplicateUrlException">The URL is registered already.</exception>
    /// <remarks>Throws whatever <see cref="IngestPipeline.PublishAsync"/> throws.</remarks>
    public async Task<Artifact?> IngestAsync(IngestOrder order, bool respondAsync, CancellationToken cancellationToken)
    {
        await RefuseDuplicateAsync(order, cancellationToken);
        var limit = new CancellationTokenSource(options.Value.TimeLimit, time);
        var work = Start(order, limit.Token);
        _ = work.ContinueWith(_ => limit.Dispose(), TaskScheduler.Default);

        if (!respondAsync)
        {
            try
            {
                return await work.WaitAsync(options.Value.Budget, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (work.IsCompleted) return await work;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nobody waits for the answer any more and nothing was promised.
                limit.CancelUnlessDisposed();
                throw;
            }
        }

        await jobs.AdoptAsync(ToJob(order), work, limit);
        return null;
    }

    /// <summary>Waits, within the time budget, for an ingest that is under way here; returns whether there was one and it has been published.</summary>
    public async Task<bool> WaitForPendingAsync(ArtifactId id, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(id, out var work)) return false;
        try
        {
            await work.WaitAsync(options.Value.Budget, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogDebug(e, "The pending ingest of {ArtifactId} has not been published", id);
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(job.Payload, IngestJson.Default.IngestOrder)!;
        if (!order.Replaces && await catalog.Artifacts.FindAsync(order.Id, cancellationToken) is not null) return;
        await Start(order, cancellationToken);
    }

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) =>
        failure is SourceException { IsTransient: true } or StorageFullException && attempts < 3;

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private Task<Artifact> Start(IngestOrder order, CancellationToken cancellationToken)
    {
        var work = RunAsync(order, cancellationToken);
        _running[order.Id] = work;
        _ = work.ContinueWith(_ => _running.TryRemove(new(order.Id, work)), TaskScheduler.Default);
        return work;
    }

    private async Task<Artifact> RunAsync(IngestOrder order, CancellationToken cancellationToken)
    {
        // Of several orders for one URL the first fetches; the others find it published, or take over when it failed.
        using var turn = await _oneAtATimePerUrl.EnterAsync((order.Type, order.Url!), cancellationToken);
        await RefuseDuplicateAsync(order, cancellationToken);
        await _places.WaitAsync(cancellationToken);
        try
        {
            var (source, url) = SourceFor(order.Url!);
            await using var snapshot = await source.FetchAsync(url, order.Type, cancellationToken);
            return await pipeline.PublishAsync(order, snapshot, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task RefuseDuplicateAsync(IngestOrder order, CancellationToken cancellationToken)
    {
        var present = await catalog.Artifacts.FindByUrlAsync(order.Type, order.Url!, cancellationToken);
        if (present is not null && present.Item.Id != order.Id) throw new DuplicateUrlException(present.Item.Id);
    }

    private Job ToJob(IngestOrder order) => new()
    {
        Id = $"ingest-{order.Id}-{Guid.NewGuid():N}",
        Kind = Kind,
        Payload = JsonSerializer.Serialize(order, IngestJson.Default.IngestOrder),
        DueAt = time.GetUtcNow(),
    };
}
