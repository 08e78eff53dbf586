using System.Diagnostics;
using Acme.LoadTest.Workloads;

namespace Acme.LoadTest.Load;

/// <summary>How requests come: from clients that wait for their answers, or at a rate whatever becomes of them.</summary>
/// <param name="Clients">How many wait; with a rate they do not matter.</param>
/// <param name="Rate">Requests a second; null for clients that wait.</param>
/// <param name="Seconds">How long requests are sent; null to send a number of them.</param>
/// <param name="Requests">How many, at most.</param>
internal sealed record Shape(int Clients, double? Rate, int? Seconds, int Requests)
{
    // Beyond this the server has long stopped keeping up, and more would only measure this program.
    private const int MostUnderWay = 10_000;

    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(10);

    /// <summary>Sends one round; returns when all is answered.</summary>
    /// <param name="workload">What is sent.</param>
    /// <param name="first">Number of the first request.</param>
    /// <param name="recorder">Keeps what became of it.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public Task RunAsync(Workload workload, int first, Recorder recorder, CancellationToken cancellationToken) =>
        Rate is { } rate ? OpenAsync(workload, rate, first, recorder, cancellationToken) : ClosedAsync(workload, first, recorder, cancellationToken);

    private async Task ClosedAsync(Workload workload, int first, Recorder recorder, CancellationToken cancellationToken)
    {
        var next = -1;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); !IsOver(i, begin); i = Interlocked.Increment(ref next))
                await SendAsync(workload, first + i, Stopwatch.GetTimestamp(), recorder, cancellationToken);
        }, cancellationToken)));
    }

    /// <summary>
    /// Each request has its time, and is measured from then: one that could not be sent in time because earlier ones held everything up has
    /// waited, as a user would have.
    /// </summary>
    private async Task OpenAsync(Workload workload, double rate, int first, Recorder recorder, CancellationToken cancellationToken)
    {
        var underWay = 0;
        var sent = new List<Task>();
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; !IsOver(i, begin + (long)(i / rate * Stopwatch.Frequency), begin); i++)
        {
            var due = begin + (long)(i / rate * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due) await Task.Delay(1, cancellationToken);
            if (Volatile.Read(ref underWay) >= MostUnderWay)
            {
                recorder.Fail($"not sent: {MostUnderWay:N0} requests were waiting for their answers");
                continue;
            }
            Interlocked.Increment(ref underWay);
            var number = first + i;
            sent.Add(Task.Run(async () =>
            {
                await SendAsync(workload, number, due, recorder, cancellationToken);
                Interlocked.Decrement(ref underWay);
            }, cancellationToken));
        }
        await Task.WhenAll(sent);
    }

    private bool IsOver(int sent, long begin) => IsOver(sent, Stopwatch.GetTimestamp(), begin);

    private bool IsOver(int sent, long now, long begin) => Seconds is { } seconds ? Stopwatch.GetElapsedTime(begin, now).TotalSeconds >= seconds : sent >= Requests;

    private static async Task SendAsync(Workload workload, int number, long due, Recorder recorder, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestRequest);
        try
        {
            recorder.Add(due, await workload.RunAsync(number, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            recorder.Fail($"no answer within {LongestRequest.TotalMinutes:0} minutes");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            recorder.Fail(e.Message);
        }
    }
}
