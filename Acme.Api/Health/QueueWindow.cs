using System.Collections.Concurrent;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;

namespace Acme.Api.Health;

/// <summary>
/// How much background work there was over the last day, minute by minute: looked at four times a minute, of which the most counts. Work
/// that is scheduled for later is not waiting.
/// </summary>
internal sealed class QueueWindow(ICatalog catalog, JobRunner jobs, TimeProvider time, ILogger<QueueWindow> logger) : BackgroundService
{
    /// <summary>So many jobs are counted; what is beyond is as bad.</summary>
    public const int MostCounted = 1000;

    private const int Minutes = 1440;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<long, QueuePoint> _minutes = new();

    /// <summary>The minutes of the trailing window in which the queue could be asked, oldest first.</summary>
    public IReadOnlyList<QueuePoint> Points(int windowMinutes)
    {
        var now = MinuteOf(time.GetUtcNow());
        return [.. _minutes.Where(m => m.Key > now - windowMinutes && m.Key <= now).OrderBy(m => m.Key).Select(m => m.Value)];
    }

    /// <summary>Looks now.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var page = await catalog.Jobs.ListAsync(null, MostCounted, cancellationToken);
        var now = time.GetUtcNow();
        var running = page.Items.Count(j => j.Owner is not null && j.LeasedUntil > now);
        var waiting = page.Items.Count(j => (j.Owner is null || j.LeasedUntil <= now) && j.DueAt <= now);
        var minute = MinuteOf(now);
        _minutes.AddOrUpdate(
            minute,
            _ => new(DateTimeOffset.UnixEpoch.AddMinutes(minute), waiting, running, jobs.Depth),
            (_, p) => p with { Waiting = Math.Max(p.Waiting, waiting), Running = Math.Max(p.Running, running), RunningHere = Math.Max(p.RunningHere, jobs.Depth) });
        foreach (var old in _minutes.Keys.Where(k => k <= minute - Minutes)) _minutes.TryRemove(old, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogDebug(e, "The queue could not be looked at");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;
}

/// <summary>The most background work of one minute.</summary>
/// <param name="Minute">Its beginning.</param>
/// <param name="Waiting">Jobs that were due and nobody had.</param>
/// <param name="Running">Jobs that some instance had.</param>
/// <param name="RunningHere">Jobs that this instance had.</param>
internal sealed record QueuePoint(DateTimeOffset Minute, int Waiting, int Running, int RunningHere);
