using System.Diagnostics;
using Acme.Client.Contract;
using Acme.LoadTest.Workloads;
using Acme.Measuring;

namespace Acme.LoadTest.Load;

/// <summary>One workload against one target, round by round; several can take turns.</summary>
/// <param name="target">Names the target in results.</param>
/// <param name="kind">Names the workload in results.</param>
/// <param name="workload">What is sent.</param>
/// <param name="shape">How it is sent.</param>
/// <param name="server">Looks at the server.</param>
internal sealed class Measurement(string target, LoadTestWorkload kind, Workload workload, Shape shape, ServerWatch server)
{
    private readonly Recorder _recorder = new();
    private readonly List<double> _megabytes = [];
    private readonly List<double> _requests = [];
    private readonly List<double> _unevenness = [];
    private TimeSpan _length;
    private int _sent;

    public string Target => target;

    public long Requests => _recorder.Requests;

    public long Errors => _recorder.Errors;

    public long Bytes => _recorder.Bytes;

    /// <summary>A round that does not count.</summary>
    /// <exception cref="InvalidDataException">Nothing went well in it; the message says what went wrong.</exception>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var recorder = new Recorder();
        await shape.RunAsync(workload, _sent, recorder, cancellationToken);
        _sent += (int)recorder.Requests;
        if (recorder.Samples.Count == 0) throw new InvalidDataException($"{target}, {kind}: no request went well. {recorder.ErrorKinds.Keys.FirstOrDefault()}");
    }

    /// <summary>A round that counts.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (bytes, requests, samples) = (_recorder.Bytes, _recorder.Requests, _recorder.Samples.Count);
        server.Begin();
        var start = Stopwatch.GetTimestamp();
        await shape.RunAsync(workload, _sent, _recorder, cancellationToken);
        var length = Stopwatch.GetElapsedTime(start);
        await server.EndAsync(length);
        _length += length;
        _sent += (int)(_recorder.Requests - requests);
        var round = Latency(_recorder.Samples.Skip(samples).Select(s => s.Latency));
        _unevenness.Add(round.Mean > 0 ? round.P99 / round.Mean : 0);
        _megabytes.Add((_recorder.Bytes - bytes) / 1e6 / length.TotalSeconds);
        _requests.Add((_recorder.Requests - requests) / length.TotalSeconds);
    }

    /// <summary>All rounds together.</summary>
    public LoadTestMeasurement Finish()
    {
        var samples = _recorder.Samples;
        return new()
        {
            Target = target,
            Workload = kind,
            Clients = shape.Rate is null ? shape.Clients : 0,
            Rate = shape.Rate,
            RoundMegabytesPerSecond = _megabytes,
            RoundRequestsPerSecond = _requests,
            RoundP99OverMean = _unevenness,
            Requests = _recorder.Requests,
            Errors = _recorder.Errors,
            ErrorKinds = _recorder.ErrorKinds,
            Seconds = _length.TotalSeconds,
            Bytes = _recorder.Bytes,
            MegabytesPerSecond = _recorder.Bytes / 1e6 / _length.TotalSeconds,
            RequestsPerSecond = samples.Count / _length.TotalSeconds,
            Latency = Latency(samples.Select(s => s.Latency)),
            Answer = Latency(samples.Select(s => s.Head)),
            ServerAnswer = samples.Any(s => s.Server is not null) ? Latency(samples.Select(s => s.Server).OfType<TimeSpan>()) : null,
            FirstByte = Latency(samples.Select(s => s.FirstByte)),
            Redirects = _recorder.Redirects,
            Timeline =
            [
                .. samples.GroupBy(s => (int)s.EndedAt.TotalSeconds).OrderBy(g => g.Key).Select(second => new LoadTestSecond
                {
                    Second = second.Key,
                    Requests = second.Count(),
                    Megabytes = second.Sum(s => s.Bytes) / 1e6,
                    P99 = new Distribution(second.Select(s => s.Latency)).Percentile(0.99),
                }),
            ],
            Server = server.Finish(),
        };
    }

    private static LoadTestLatency Latency(IEnumerable<TimeSpan> samples)
    {
        var all = samples.ToArray();
        if (all.Length == 0) return new() { Mean = 0, Median = 0, P90 = 0, P99 = 0, Max = 0 };
        var sorted = new Distribution(all);
        return new() { Mean = sorted.Mean, Median = sorted.Median, P90 = sorted.Percentile(0.9), P99 = sorted.Percentile(0.99), Max = sorted.Percentile(1) };
    }
}
