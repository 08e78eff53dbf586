using System.Collections.Concurrent;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Scoring;
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
    IngestBoard board,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<Ingestor> logger) : IJobHandler, IDisposable
{
    // Over about seven hours.
    private const int MaxAttempts = 18;

    private readonly ConcurrentDictionary<ArtifactId, Running> _running = new();
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
        if (!_running.TryGetValue(id, out var running)) return false;
        try
        {
            await running.Work.WaitAsync(options.Value.Budget, time, cancellationToken);
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
    public bool ShouldRetry(Exception failure, int attempts) => failure switch
    {
        SourceException { IsTransient: true } or StorageFullException => attempts < 3,
        // Too late, or stopped by whoever ordered it.
        OperationCanceledException or IngestCancelledException => false,
        // A store was away for longer than its driver waits: that is no reason to forget an order that was accepted.
        _ => !IngestRefusal.IsFinal(failure) && attempts < MaxAttempts,
    };

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    /// <summary>Cancels an ingest that is under way here; false when none is. Nothing is registered unless the last write was under way already.</summary>
    public bool Cancel(ArtifactId id)
    {
        if (!_running.TryGetValue(id, out var running)) return false;
        running.Stop.CancelUnlessDisposed();
        return true;
    }

    /// <summary>Under which id an accepted order waits as a job, where there is one job for it at most.</summary>
    public static string JobIdOf(ArtifactId id) => $"ingest-{id}";

    /// <summary>Rates a model without registering it, within the time budget.</summary>
    /// <exception cref="InvalidOrderException">Not a URL that a source takes.</exception>
    /// <exception cref="SourceException">The source does not give it, or not within the time budget.</exception>
    public async Task<Rating> PreviewAsync(string url, CancellationToken cancellationToken)
    {
        var (source, parsed) = SourceFor(url);
        using var limit = new CancellationTokenSource(options.Value.Budget, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _places.WaitAsync(stop.Token);
            try
            {
                await using var snapshot = await source.FetchAsync(parsed, ArtifactType.Model, stop.Token);
                return await pipeline.PreviewAsync(new(ArtifactId.New(), ArtifactType.Model, source.NameFor(parsed), url), snapshot, stop.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException($"It could not be read within {options.Value.Budget.TotalSeconds:0} seconds. Try again later, or register it, which may take longer.") { IsTransient = true };
        }
    }

    private Task<Artifact> Start(IngestOrder order, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Running(FollowAsync(order, board.Begin(order.Id), stop.Token, cancellationToken), stop);
        _running[order.Id] = running;
        _ = running.Work.ContinueWith(
            _ =>
            {
                _running.TryRemove(new(order.Id, running));
                stop.Dispose();
            },
            TaskScheduler.Default);
        return running.Work;
    }

    private async Task<Artifact> FollowAsync(IngestOrder order, IngestTracker tracker, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(order, tracker, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            tracker.Enter(IngestStep.Cancelled);
            throw new IngestCancelledException();
        }
        catch (Exception e)
        {
            tracker.Refuse(IngestRefusal.Reasons(e));
            throw;
        }
    }

    private async Task<Artifact> RunAsync(IngestOrder order, IngestTracker tracker, CancellationToken cancellationToken)
    {
        // Of several orders for one URL the first fetches; the others find it published, or take over when it failed.
        using var turn = await _oneAtATimePerUrl.EnterAsync((order.Type, order.Url!), cancellationToken);
        await RefuseDuplicateAsync(order, cancellationToken);
        await _places.WaitAsync(cancellationToken);
        try
        {
            tracker.Enter(IngestStep.Fetching);
            var (source, url) = SourceFor(order.Url!);
            await using var snapshot = await source.FetchAsync(url, order.Type, cancellationToken);
            return await pipeline.PublishAsync(order, snapshot, cancellationToken, tracker);
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
        // Of replacements several may wait for one artifact.
        Id = order.Replaces ? $"{JobIdOf(order.Id)}-{Guid.NewGuid():N}" : JobIdOf(order.Id),
        Kind = Kind,
        Payload = JsonSerializer.Serialize(order, IngestJson.Default.IngestOrder),
        DueAt = time.GetUtcNow(),
    };

    /// <summary>An ingest that is under way.</summary>
    private sealed record Running(Task<Artifact> Work, CancellationTokenSource Stop);
}
