using System.Diagnostics;
using Acme.LoadTest.Workloads;

namespace Acme.LoadTest.Load;

/// <summary>Keeps what became of every request of one measurement.</summary>
internal sealed class Recorder
{
    private const int KindsKept = 20;

    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, long> _errors = [];
    private readonly long _begin = Stopwatch.GetTimestamp();

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyDictionary<string, long> ErrorKinds => _errors;

    public long Errors { get; private set; }

    public long Requests => _samples.Count + Errors;

    public long Bytes { get; private set; }

    public long Redirects { get; private set; }

    /// <param name="due">Timestamp at which the request was to be sent.</param>
    /// <param name="answer">How it went.</param>
    public void Add(long due, Answer answer)
    {
        var now = Stopwatch.GetTimestamp();
        var sample = new Sample(Stopwatch.GetElapsedTime(_begin, now), Stopwatch.GetElapsedTime(due, now), answer.Head, answer.FirstByte, answer.Bytes, answer.Server);
        lock (_lock)
        {
            _samples.Add(sample);
            Bytes += answer.Bytes;
            if (answer.Redirected) Redirects++;
        }
    }

    public void Fail(string why)
    {
        lock (_lock)
        {
            Errors++;
            // Errors that differ each time must not fill the memory.
            var kind = _errors.ContainsKey(why) || _errors.Count < KindsKept ? why : "others";
            _errors[kind] = _errors.GetValueOrDefault(kind) + 1;
        }
    }
}

/// <summary>One request that went well.</summary>
/// <param name="EndedAt">Since the measurement began.</param>
/// <param name="Latency">From when it was due to its last byte.</param>
/// <param name="Head">From when it was sent to the head of the answer.</param>
/// <param name="FirstByte">From when it was sent to the first byte of the content.</param>
/// <param name="Bytes">Of the content.</param>
/// <param name="Server">What the server says that it took until the head of its answer; null where it says nothing.</param>
internal readonly record struct Sample(TimeSpan EndedAt, TimeSpan Latency, TimeSpan Head, TimeSpan FirstByte, long Bytes, TimeSpan? Server);
