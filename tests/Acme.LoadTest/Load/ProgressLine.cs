using System.Diagnostics;
using System.Text.Json;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.LoadTest.Load;

/// <summary>Says once a second, as a line of JSON, how far the test is, and ends it when nobody reads on.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _saying;
    private Measurement? _measurement;
    private (long Requests, long Errors, long Bytes) _before;
    private string _stage = "preparing";
    private double _share;

    /// <param name="cancellationToken">Ends the test.</param>
    public ProgressLine(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Ended = _stop.Token;
        _saying = Task.Run(SayAsync, CancellationToken.None);
        // Whoever started this program holds the other end; it closes when that process ends, however it ends.
        _ = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync(CancellationToken.None) is not null)
            {
            }
            await _stop.CancelAsync();
        }, CancellationToken.None);
    }

    /// <summary>Cancelled when the test is to end.</summary>
    public CancellationToken Ended { get; }

    /// <summary>What is done now.</summary>
    /// <param name="stage">In words.</param>
    /// <param name="share">Of the whole test, from 0 to 1, that is done.</param>
    /// <param name="measurement">Whose requests count from now on.</param>
    public void Report(string stage, double share, Measurement? measurement = null)
    {
        (_stage, _share) = (stage, share);
        if (measurement is null || measurement == _measurement) return;
        if (_measurement is { } last) _before = (_before.Requests + last.Requests, _before.Errors + last.Errors, _before.Bytes + last.Bytes);
        _measurement = measurement;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _saying;
    }

    private async Task SayAsync()
    {
        var (requests, bytes, at) = (0L, 0L, Stopwatch.GetTimestamp());
        while (!Ended.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var measurement = _measurement;
            var (nowRequests, nowBytes) = (_before.Requests + (measurement?.Requests ?? 0), _before.Bytes + (measurement?.Bytes ?? 0));
            var seconds = Stopwatch.GetElapsedTime(at).TotalSeconds;
            var progress = new LoadTestProgress
            {
                Stage = _stage,
                Share = Math.Round(_share, 3),
                Requests = nowRequests,
                Errors = _before.Errors + (measurement?.Errors ?? 0),
                MegabytesPerSecond = Math.Round((nowBytes - bytes) / 1e6 / seconds, 1),
                RequestsPerSecond = Math.Round((nowRequests - requests) / seconds, 1),
            };
            (requests, bytes, at) = (nowRequests, nowBytes, Stopwatch.GetTimestamp());
            Console.WriteLine(JsonSerializer.Serialize(progress, ContractJson.Default.LoadTestProgress));
        }
    }
}
