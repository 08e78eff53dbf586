using System.Text.Json;
using Acme.Client.Contract;
using Acme.LoadTest.Targets;
using Acme.Measuring.Servers;

namespace Acme.LoadTest.Load;

/// <summary>Looks at the server while it is measured: by <c>/proc</c> where it is a process of this machine, and by what it says of itself.</summary>
internal sealed class ServerWatch : IAsyncDisposable
{
    private const string ProcessComponent = "process";
    private const string BottleneckComponent = "bottleneck";

    // Seldom: to answer costs the server something, too.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    private readonly ServerClient? _registry;
    private readonly int? _processId;
    private readonly ResidentSetWatch? _resident;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _asking;
    private readonly SortedDictionary<string, double> _process = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HealthIssue> _bottlenecks = [];
    private TimeSpan _processor;
    private TimeSpan _processorBefore;
    private TimeSpan _measured;

    /// <param name="registry">Is asked; null for a peer, which would not know what to say.</param>
    /// <param name="processId">Of the server, on this machine.</param>
    public ServerWatch(ServerClient? registry, int? processId)
    {
        (_registry, _processId) = (registry, processId);
        if (processId is { } id) _resident = new(id);
        _asking = registry is null ? Task.CompletedTask : Task.Run(AskAsync);
    }

    /// <summary>Before a round.</summary>
    public void Begin()
    {
        if (_processId is { } id) _processorBefore = ProcessorTime.Of(id);
    }

    /// <summary>After it.</summary>
    public void End(TimeSpan length)
    {
        _measured += length;
        if (_processId is { } id) _processor += ProcessorTime.Of(id) - _processorBefore;
    }

    /// <summary>What was seen; null when nothing was.</summary>
    public async Task<LoadTestServer?> FinishAsync()
    {
        // Once more at the end, for a measurement shorter than the time between two questions.
        await _stop.CancelAsync();
        await _asking;
        if (_registry is not null) await AskOnceAsync(CancellationToken.None);
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
        await _stop.CancelAsync();
        await _asking;
        if (_resident is not null) await _resident.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(AskEvery, _stop.Token);
                await AskOnceAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private async Task AskOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HealthComponentDetail> components;
        try
        {
            components = await _registry!.ComponentsAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            // It is too busy to speak of itself; its answers, or their absence, tell enough.
            return;
        }
        foreach (var component in components)
        {
            if (component.Id == ProcessComponent) Keep(component.Metrics);
            if (component.Id != BottleneckComponent) continue;
            foreach (var issue in component.Issues ?? []) _bottlenecks[issue.Code] = issue;
        }
    }

    private void Keep(IReadOnlyDictionary<string, JsonElement>? metrics)
    {
        foreach (var (name, value) in metrics ?? new Dictionary<string, JsonElement>())
        {
            if (value.ValueKind == JsonValueKind.Number) _process[name] = Math.Max(value.GetDouble(), _process.GetValueOrDefault(name));
        }
    }
}
