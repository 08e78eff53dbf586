using System.Collections.Concurrent;
using Acme.Registry.Storage;
using Acme.Registry.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Jobs;

/// <summary>
/// Leases jobs from the catalog and has their handlers do them. A job is held by renewing its lease; when the process dies the lease
/// runs out and any instance takes the job up.
/// </summary>
public sealed class JobRunner(
    ICatalog catalog, IServiceProvider services, IOptions<JobOptions> options, TimeProvider time, ILogger<JobRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int JobsAtOnce = 4;

    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly TimeSpan _lease = options.Value.Lease;
    private readonly HashSet<Task> _held = [];
    private readonly SemaphoreSlim _leasing = new(1);
    private readonly ConcurrentQueue<(DateTimeOffset At, string JobId, string Reason)> _failures = new();
    private CancellationToken _stopping;
    private int _depth;
    private int _placesTaken;

    /// <summary>The last hundred failures of jobs of this process, oldest first: when, which job, and why.</summary>
    public IReadOnlyCollection<(DateTimeOffset At, string JobId, string Reason)> Failures => _failures;

    /// <summary>Why this process cannot ask the queue for work at the moment; null while it can.</summary>
    public string? QueueProblem { get; private set; }

    /// <summary>Jobs this process holds at the moment.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>
    /// Makes work that has begun already into a job, held by this process from the start. When this returns the job is durable:
    /// should the process die, another run of its handler finishes it.
    /// </summary>
    /// <param name="job">The job that stands for the work.</param>
    /// <param name="work">The work.</param>
    /// <param name="stop">Cancelled when the process stops or the lease is lost.</param>
    public async Task AdoptAsync(Job job, Task work, CancellationTokenSource stop)
    {
        var held = job with { Owner = _owner, LeasedUntil = time.GetUtcNow() + _lease };
        await catalog.Jobs.AddAsync(held, CancellationToken.None);
        var handler = HandlerOf(job);
        Track(handler, HoldAsync(held, handler, work, stop));
    }

    /// <summary>
    /// Starts what is due and waits for it, until nothing is left or the time is up; what runs on then is held by its lease. For processes that sleep
    /// between requests, where <see cref="ExecuteAsync"/> gets no time of its own.
    /// </summary>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait, not the jobs.</param>
    /// <returns>How many jobs it started.</returns>
    public async Task<int> RunDueAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var started = 0;
        while (time.GetElapsedTime(start) < limit)
        {
            if (Volatile.Read(ref _placesTaken) < JobsAtOnce && await TryStartOneAsync(_stopping)) started++;
            else if (Depth == 0) break;
            else await Task.Delay(Pause, time, cancellationToken);
        }
        return started;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (Volatile.Read(ref _placesTaken) >= JobsAtOnce || !await TryStartOneAsync(stoppingToken)) await Task.Delay(Poll, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        Task[] held;
        lock (_held) held = [.. _held];
        await Task.WhenAll(held);
    }

    private async Task<bool> TryStartOneAsync(CancellationToken stoppingToken)
    {
        // One at a time: whoever finds nothing due must see in the depth what another has just taken.
        await _leasing.WaitAsync(stoppingToken);
        try
        {
            var now = time.GetUtcNow();
            var leased = await catalog.Jobs.LeaseAsync(_owner, now, _lease, stoppingToken);
            QueueProblem = null;
            if (leased is not { } job) return false;
            RegistryTelemetry.JobWait.Record((now - job.DueAt).TotalSeconds);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var handler = HandlerOf(job);
            Track(handler, HoldAsync(job, handler, Task.Run(() => handler.RunAsync(job, stop.Token), CancellationToken.None), stop));
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            QueueProblem = e.Message;
            logger.LogError(e, "Could not lease a job; trying again");
            return false;
        }
        finally
        {
            _leasing.Release();
        }
    }

    private void Track(IJobHandler handler, Task holding)
    {
        var places = handler.IsLong ? 0 : 1;
        lock (_held) _held.Add(holding);
        Interlocked.Increment(ref _depth);
        Interlocked.Add(ref _placesTaken, places);
        holding.ContinueWith(
            _ =>
            {
                Interlocked.Decrement(ref _depth);
                Interlocked.Add(ref _placesTaken, -places);
                lock (_held) _held.Remove(holding);
            },
            TaskScheduler.Default);
    }

    private async Task HoldAsync(Job job, IJobHandler handler, Task work, CancellationTokenSource stop)
    {
        using var stopWithProcess = _stopping.UnsafeRegister(_ => stop.CancelUnlessDisposed(), null);
        var isLost = false;
        while (await Task.WhenAny(work, Task.Delay(_lease / 3, time)) != work)
        {
            if (await StillOursAsync(job)) continue;
            logger.LogWarning("Lost the lease of job {JobId}; leaving it to whoever has it now", job.Id);
            isLost = true;
            stop.CancelUnlessDisposed();
        }
        // Nobody may have it yet, when the store was away for longer than the lease: it is still to be done.
        if (isLost && !work.IsCompletedSuccessfully) return;
        try
        {
            await FinishAsync(job, handler, work);
        }
        catch (Exception e)
        {
            logger.LogError(e, "Could not close job {JobId}; it will be done again when its lease runs out", job.Id);
        }
    }

    private async Task FinishAsync(Job job, IJobHandler handler, Task work)
    {
        DateTimeOffset? again = null;
        if (work.IsCompletedSuccessfully)
        {
            again = handler.RepeatAfter is { } pause ? time.GetUtcNow() + pause : null;
        }
        else if (_stopping.IsCancellationRequested)
        {
            again = time.GetUtcNow();
        }
        else
        {
            var failure = work.Exception?.GetBaseException() ?? new OperationCanceledException();
            // An engine that was away says nothing about the job.
            if (failure is not StorageUnavailableException && handler.RepeatAfter is { } pause)
                again = time.GetUtcNow() + pause;
            else if (failure is StorageUnavailableException || handler.ShouldRetry(failure, job.Attempts))
                again = time.GetUtcNow() + TimeSpan.FromSeconds(30 * (1 << Math.Min(job.Attempts, 6)));
            logger.LogWarning(failure, "Job {JobId} failed; next try: {NextTry}", job.Id, again);
            _failures.Enqueue((time.GetUtcNow(), job.Id, failure.Message));
            while (_failures.Count > 100) _failures.TryDequeue(out _);
        }
        await catalog.Jobs.FinishAsync(job.Id, _owner, again, CancellationToken.None);
    }

    private async Task<bool> StillOursAsync(Job job)
    {
        try
        {
            return await catalog.Jobs.RenewAsync(job.Id, _owner, time.GetUtcNow(), _lease, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The lease still runs for a while; the next renewal may succeed.
            logger.LogWarning(e, "Could not renew the lease of job {JobId}", job.Id);
            return true;
        }
    }

    // Handlers are looked up late because some of them need this runner themselves.
    private IJobHandler HandlerOf(Job job) =>
        services.GetServices<IJobHandler>().FirstOrDefault(h => h.Kind == job.Kind)
        ?? throw new InvalidOperationException($"No handler does jobs of the kind '{job.Kind}'.");
}
