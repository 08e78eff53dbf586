namespace Acme.Measuring.Servers;

/// <summary>Samples the resident set of a process ten times a second, beside the peak that the kernel keeps.</summary>
internal sealed class ResidentSetWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;
    private double _sampled;

    public ResidentSetWatch(int processId) => _sampling = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            Volatile.Write(ref _sampled, Math.Max(Sampled, ResidentSet.Current(processId)));
            await Task.Delay(100, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    });

    /// <summary>The most that was sampled so far, in megabytes of 10^6 bytes.</summary>
    public double Sampled => Volatile.Read(ref _sampled);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
