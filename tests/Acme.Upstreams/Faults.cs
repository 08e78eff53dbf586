using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Acme.Upstreams;

/// <summary>What is to go wrong with which requests, and a record of the requests that came.</summary>
public sealed class Faults
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<Fault, int> _left = new();

    /// <summary>Every request so far: method, path and query.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>How many requests were answered at the same time, at most.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    private int _now;
    private int _most;

    /// <summary>Adds a fault; the first that fits a request is applied.</summary>
    public void Add(Fault fault) => _left[fault] = fault.Times;

    /// <summary>Everything works again.</summary>
    public void Clear() => _left.Clear();

    internal async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        var request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
        _requests.Enqueue(request);
        var now = Interlocked.Increment(ref _now);
        for (var most = _most; now > most; most = _most) Interlocked.CompareExchange(ref _most, now, most);
        try
        {
            var fault = _left.Keys.FirstOrDefault(f => Regex.IsMatch(request, f.Requests));
            if (fault is not null && _left.AddOrUpdate(fault, 0, (_, left) => left - 1) <= 0) _left.TryRemove(fault, out _);
            if (fault is null) await next(context);
            else await fault.Apply(context, next);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="Requests">A regular expression for <c>METHOD /path?query</c>.</param>
/// <param name="Times">For how many requests.</param>
/// <param name="Apply">Answers in place of, or around, the server.</param>
public sealed record Fault(string Requests, int Times, Func<HttpContext, RequestDelegate, Task> Apply)
{
    /// <summary>Every answer comes late.</summary>
    public static Fault Slow(string requests, TimeSpan by, int times = int.MaxValue) => new(requests, times, async (context, next) =>
    {
        await Task.Delay(by, context.RequestAborted);
        await next(context);
    });

    /// <summary>A status without content, with a <c>Retry-After</c> in seconds where given.</summary>
    public static Fault Status(string requests, int status, int? retryAfter = null, int times = int.MaxValue) => new(requests, times, (context, _) =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    });

    /// <summary>The connection ends after so many bytes of the body.</summary>
    public static Fault Cut(string requests, long afterBytes, int times = int.MaxValue) => new(requests, times, async (context, next) =>
    {
        context.Response.Body = new CutStream(context.Response.Body, afterBytes, context.Abort);
        await next(context);
    });

    /// <summary>A redirect.</summary>
    public static Fault Redirect(string requests, string location, int times = int.MaxValue) => new(requests, times, (context, _) =>
    {
        context.Response.Redirect(location);
        return Task.CompletedTask;
    });
}
