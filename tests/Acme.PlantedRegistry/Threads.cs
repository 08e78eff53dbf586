namespace Acme.PlantedRegistry;

/// <summary>Holds threads of the pool by waiting on them, as code does that blocks on asynchronous calls.</summary>
internal sealed class BlockedThreads : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Each item holds its thread for longer than the pool takes to add another one, and queues the next before it goes.
        for (var i = 0; i < 64 * Environment.ProcessorCount; i++) ThreadPool.QueueUserWorkItem(_ => Block(stoppingToken));
        return Task.CompletedTask;
    }

    private static void Block(CancellationToken stop)
    {
        if (stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(2))) return;
        ThreadPool.QueueUserWorkItem(_ => Block(stop));
        ThreadPool.QueueUserWorkItem(_ => Block(stop));
    }
}

/// <summary>Uses up every processor.</summary>
internal sealed class BusyThreads : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            new Thread(() =>
            {
                while (!stoppingToken.IsCancellationRequested) Thread.SpinWait(1000);
            }) { IsBackground = true }.Start();
        }
        return Task.CompletedTask;
    }
}
