namespace Acme.PlantedRegistry;

/// <summary>Holds threads of the pool by waiting on them, as code does that blocks on asynchronous calls.</summary>
internal sealed class BlockedThreads : BackgroundService
{
    private const int ItemsPerProcessor = 48;
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(200);

    // The registry comes up and takes its first upload first.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Before, stoppingToken);
        for (var i = 0; i < ItemsPerProcessor * Environment.ProcessorCount; i++) ThreadPool.QueueUserWorkItem(_ => Block(stoppingToken));
    }

    // As many items as ever, each waiting on its thread: for as long as there are fewer threads, all other work stands in line behind them.
    private static void Block(CancellationToken stop)
    {
        if (!stop.WaitHandle.WaitOne(Held)) ThreadPool.QueueUserWorkItem(_ => Block(stop));
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
