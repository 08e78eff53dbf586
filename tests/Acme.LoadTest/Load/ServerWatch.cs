using System.Diagnostics;
using System.Text.Json;
using Acme.Client.Contract;
using Acme.LoadTest.Targets;
using Acme.Measuring.Servers;

namespace Acme.LoadTest.Load;

/// <summary>Looks at the server in the rounds in which it is measured: by <c>/proc</c> where it is a process of this machine, and by what it says of itself.</summary>
internal sealed class ServerWatch : IAsyncDisposable
{
    private const string ProcessComponent = "process";
    private const string BottleneckComponent = "bottleneck";

    // Seldom: to answer costs the server something, too.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    private readonly ServerClient? _registry;
    private readonly int? _processId;
    private readonly ResidentSetWatch? _resident;
    private readonly SortedDictionary<string, double> _process = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HealthIssue> _bottlenecks = [];
    private CancellationTokenSource? _stop;
    private Task _asking = Task.CompletedTask;
    private long _begun;
    private TimeSpan _processor;
    private TimeSpan _processorBefore;
    private TimeSpan _measured;

    /// <param name="registry">Is asked; null for a peer, which would not know what to say.</param>
    /// <param name="processId">Of the server, on this machine.</param>
    public ServerWatch(ServerClient? registry, int? processId)
    {
        (_registry, _processId) = (registry, processId);
        if (processId is { } id) _resident = new(id);
    }

    /// <summary>Before a round.</summary>
    public void Begin()
    {
        if (_processId is { } id) _processorBefore = ProcessorTime.Of(id);
        _begun = Stopwatch.GetTimestamp();
        if (_registry is null) return;
        _stop = new();
        _asking = AskAsync(_stop.Token);
    }

    /// <summary>After it.</summary>
    public async Task EndAsync(TimeSpan length)
    {
        _measured += length;
        if (_processId is { } id) _processor += ProcessorTime.Of(id) - _processorBefore;
        await StopAskingAsync();
        if (_registry is null) return;
        foreach (var component in await AskOnceAsync(CancellationToken.None))
        {
            // Only here, when the round's requests have ended with what they waited for, are these shares of the same time.
            if (component.Id != BottleneckComponent) continue;
            foreach (var issue in component.Issues ?? []) _bottlenecks[issue.Code] = issue;
        }
    }

    /// <summary>What was seen; null when nothing was.</summary>
    public LoadTestServer? Finish()
    {
        if (_processId is null && _process.Count == 0) return null;
        return new()
        {
            ProcessorSeconds = _processId is null ? null : _processor.TotalSeconds,
            Cores = _processId is null ? null : _processor / _measured,
            ResidentMegabytes = _resident?.Sampled,
            Process = _process.Count == 0 ? null : _process,
            Bottlenecks = _process.Count == 0 ? null : [.. _bottlenecks.Values],
        };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAskingAsync();
        if (_resident is not null) await _resident.DisposeAsync();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(AskEvery, cancellationToken);
                await AskOnceAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private async Task StopAskingAsync()
    {
        if (_stop is null) return;
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
        _stop = null;
    }

    private async Task<IReadOnlyList<HealthComponentDetail>> AskOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HealthComponentDetail> components;
        try
        {
            // Only of the round: what was before it is none of its bottlenecks.
            var seconds = Math.Clamp(Stopwatch.GetElapsedTime(_begun).TotalSeconds, ServerClient.LeastLoadSeconds, ServerClient.MostLoadSeconds);
            components = await _registry!.ComponentsAsync(seconds, cancellationToken);
        }
        catch (HttpRequestException)
        {
            // It is too busy to speak of itself; its answers, or their absence, tell enough.
            return [];
        }
        foreach (var component in components.Where(c => c.Id == ProcessComponent)) Keep(component.Metrics);
        return components;
    }

    private void Keep(IReadOnlyDictionary<string, JsonElement>? metrics)
    {
        foreach (var (name, value) in metrics ?? new Dictionary<string, JsonElement>())
        {
            if (value.ValueKind == JsonValueKind.Number) _process[name] = Math.Max(value.GetDouble(), _process.GetValueOrDefault(name));
        }
    }
}
