using System.Collections.Concurrent;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Mirroring;

/// <summary>Fetches the remote files of a revision in the background and notes in its manifest what became of them.</summary>
public sealed class MirrorJob(
    ICatalog catalog, IBlobStore blobs, Mirror mirror, IOptions<MirrorOptions> options, TimeProvider time, ILogger<MirrorJob> logger) : IJobHandler, IDisposable
{
    /// <summary>How often a revision's files are tried, over about four hours, before a source that stays out of reach is given up.</summary>
    public const int MaxAttempts = 13;

    // An artifact that is not there when its job is taken up by another process may be about to be published.
    private const int AttemptsWithoutArtifact = 2;

    // After so many bytes the manifest is written although more is to come, so that a later process need not read them again.
    private const long NoteAfterBytes = 1L << 30;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly MirrorRecord _record = new(catalog, blobs, time);
    private readonly SemaphoreSlim _places = new(options.Value.Concurrency);

    /// <inheritdoc/>
    public string Kind => "mirror";

    /// <inheritdoc/>
    public bool IsLong => true;

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(job.Payload, MirrorJson.Default.MirrorOrder)!;
        if (await catalog.Artifacts.FindAsync(order.Artifact, cancellationToken) is null) throw new ArtifactGoneException(order.Artifact);
        await RunAsync(order, job.Attempts, cancellationToken);
    }

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) =>
        attempts + 1 < (failure is ArtifactGoneException ? AttemptsWithoutArtifact : MaxAttempts);

    /// <summary>Does the work of an order; returns when everything is here, has failed for good, or is not wanted any more.</summary>
    /// <param name="order">What to fetch.</param>
    /// <param name="attempts">How often it has been tried before.</param>
    /// <param name="cancellationToken">Ends it; what has arrived is there for the next attempt.</param>
    internal async Task RunAsync(MirrorOrder order, int attempts, CancellationToken cancellationToken)
    {
        if (await _record.ReadAsync(order, cancellationToken) is not var (_, revision, manifest) || options.Value.ModeOf(manifest) == MirrorMode.AtSource) return;
        var wanted = manifest.Entries
            .Where(e => e.Remote is not null && e.Problem is null && (order.Only is null || e.Digest == order.Only))
            .DistinctBy(e => e.Digest)
            .ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watchEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = StopWhenGoneAsync(order, stop, watchEnd.Token);
        var work = new Work(order, revision, cancellationToken);
        try
        {
            await FetchAllAsync(work, wanted, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            await watchEnd.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (work.Failures.TryPeek(out var failure) && attempts + 1 >= MaxAttempts)
        {
            foreach (var file in wanted.Where(f => !work.Outcomes.ContainsKey(f.Digest)))
            {
                mirror.Forget(file);
                work.Outcomes[file.Digest] = new(null, $"{failure.Message} It was tried {MaxAttempts} times.");
            }
            failure = null;
        }
        await _record.NoteAsync(order, work.Outcomes, cancellationToken);
        if (failure is not null) throw failure;
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task FetchAllAsync(Work work, ManifestEntry[] wanted, CancellationToken cancellationToken)
    {
        var unnoted = 0L;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(wanted, parallel, async (file, ct) =>
        {
            // Over all jobs; what a client waits for is fetched without a place.
            await _places.WaitAsync(ct);
            try
            {
                work.Outcomes[file.Digest] = new(await FetchAsync(work, file, ct), null);
            }
            catch (SourceException e) when (!e.IsTransient)
            {
                logger.LogError("'{Path}' of artifact {Artifact} is refused: {Reason}", file.Path, work.Order.Artifact, e.Message);
                work.Outcomes[file.Digest] = new(null, e.Message);
            }
            catch (Exception e) when (e is SourceException or StorageFullException or StorageUnavailableException or IOException)
            {
                logger.LogWarning(e, "'{Path}' of artifact {Artifact} has not arrived", file.Path, work.Order.Artifact);
                work.Failures.Enqueue(e);
            }
            finally
            {
                _places.Release();
            }
            if (Interlocked.Add(ref unnoted, file.Size) < NoteAfterBytes) return;
            Interlocked.Exchange(ref unnoted, 0);
            await _record.NoteAsync(work.Order, new Dictionary<Sha256Digest, MirrorOutcome>(work.Outcomes), ct);
        });
    }

    /// <summary>
    /// The CRC of the content, when it is here. What was put since the revision was published needs not be put again; see
    /// <see cref="Maintenance.GarbageCollector"/>.
    /// </summary>
    private async Task<uint> FetchAsync(Work work, ManifestEntry file, CancellationToken cancellationToken) =>
        await mirror.FindArrivedAsync(file, cancellationToken) is var (blob, crc32) && blob.PutAt >= work.Revision.CreatedAt
            ? crc32
            : await mirror.FetchAsync(file, () => !work.Ordered.IsCancellationRequested, cancellationToken);

    /// <summary>Ends the work when nobody wants its result any more.</summary>
    private async Task StopWhenGoneAsync(MirrorOrder order, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (await catalog.Artifacts.FindAsync(order.Artifact, cancellationToken) is not null) continue;
            await stop.CancelAsync();
            return;
        }
    }

    /// <summary>One run of an order, and what has come of it so far.</summary>
    /// <param name="Order">The order.</param>
    /// <param name="Revision">The revision as it was at the beginning.</param>
    /// <param name="Ordered">Cancelled when the run is to stop; when only the run's own token is, the artifact has gone.</param>
    private sealed record Work(MirrorOrder Order, Revision Revision, CancellationToken Ordered)
    {
        public ConcurrentDictionary<Sha256Digest, MirrorOutcome> Outcomes { get; } = new();

        public ConcurrentQueue<Exception> Failures { get; } = new();
    }
}
