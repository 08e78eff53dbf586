using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Tests.Mirroring;

/// <summary>A place that large files are fetched from, as well or as badly as each is told to.</summary>
public sealed class WeightServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ServedFile> _files = new();

    private WeightServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Every request: path, Range and Authorization.</summary>
    public ConcurrentQueue<(string Path, string? Range, string? Authorization)> Requests { get; } = [];

    public static async Task<WeightServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new WeightServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public static byte[] Content(int bytes, int seed = 1)
    {
        var content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Serves the file at the path; returns its URL.</summary>
    public Uri Serve(string path, ServedFile file)
    {
        _files[path] = file;
        return new(Address, path);
    }

    public IReadOnlyList<string?> RangesOf(Uri url) => [.. Requests.Where(r => r.Path == url.AbsolutePath).Select(r => r.Range)];

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values) file.Release();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var range = context.Request.Headers.Range.FirstOrDefault();
        Requests.Enqueue((context.Request.Path.Value!, range, context.Request.Headers.Authorization.FirstOrDefault()));
        if (!_files.TryGetValue(context.Request.Path.Value!, out var file)) context.Response.StatusCode = 404;
        else await file.AnswerAsync(context, range);
    }
}

/// <summary>One file of the server.</summary>
public sealed class ServedFile(byte[] content)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers with this instead, if not 200.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Redirects there, if set.</summary>
    public string? Location { get; init; }

    /// <summary>Sends no more than the bytes before this position until it is released.</summary>
    public int? PauseAt { get; init; }

    /// <summary>Positions at which the connection is cut, one request after the other.</summary>
    public Queue<int> Cuts { get; init; } = [];

    /// <summary>Answers 200 with everything, whatever is asked.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>Does not announce its length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Ends when it has paused.</summary>
    public Task Paused => _paused.Task;

    public void Release() => _released.TrySetResult();

    internal async Task AnswerAsync(HttpContext context, string? range)
    {
        var response = context.Response;
        if (Location is not null)
        {
            response.Redirect(Location);
            return;
        }
        response.StatusCode = Status;
        if (Status != 200) return;
        var from = 0;
        if (range is not null && !IgnoresRange)
        {
            from = int.Parse(range["bytes=".Length..^1]);
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        if (!IsChunked) response.ContentLength = content.Length - from;
        var cut = Cuts.TryDequeue(out var at) ? at : content.Length;
        if (PauseAt is { } pause && from < pause)
        {
            await response.Body.WriteAsync(content.AsMemory(from, Math.Min(pause, cut) - from));
            await response.Body.FlushAsync();
            _paused.TrySetResult();
            await _released.Task.WaitAsync(context.RequestAborted);
            from = Math.Min(pause, cut);
        }
        await response.Body.WriteAsync(content.AsMemory(from, Math.Max(0, cut - from)));
        await response.Body.FlushAsync();
        if (cut < content.Length) context.Abort();
    }
}
