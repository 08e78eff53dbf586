using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acme.Api.Tests.Ingest;

/// <summary>
/// A place that artifacts come from: <c>/ok/...</c> gives a ZIP whose README holds the path and, on later calls, their number; <c>/same/...</c>
/// the same on every call;
/// <c>/slow/...</c> the same once <see cref="Open"/> has been called; <c>/page</c> a web page; <c>/text</c> plain text; <c>/evil</c> a ZIP
/// with path traversal; everything else 404.
/// </summary>
public sealed class ZipServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, int> _calls = new();

    private ZipServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What <c>Sources:Http:TrustedHosts</c> must hold for the registry to come here.</summary>
    public string Authority => Address.Authority;

    public static async Task<ZipServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ZipServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public string Url(string path) => new Uri(Address, path).AbsoluteUri;

    /// <summary>How often the path has been asked for.</summary>
    public int Calls(string path) => _calls.GetValueOrDefault(path);

    /// <summary>Lets slow answers go on.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>The README of what the path gives.</summary>
    public static string CardOf(string path, int call = 1) => $"# {path}\n\nCall {call}.\n";

    public async ValueTask DisposeAsync()
    {
        Open();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var call = _calls.AddOrUpdate(path, 1, (_, before) => before + 1);
        if (path.StartsWith("/slow/", StringComparison.Ordinal)) await _open.Task.WaitAsync(context.RequestAborted);
        var (type, body) = path switch
        {
            "/page" => ("text/html", "<!DOCTYPE html><title>A page about the file</title>"u8.ToArray()),
            "/text" => ("text/plain", "hello"u8.ToArray()),
            "/evil" => ("application/zip", Zips.Of(("../evil", "x"u8.ToArray()))),
            _ when path.StartsWith("/ok/", StringComparison.Ordinal) || path.StartsWith("/slow/", StringComparison.Ordinal) =>
                ("application/zip", Zips.SmallModel(CardOf(path, call))),
            _ when path.StartsWith("/same/", StringComparison.Ordinal) => ("application/zip", Zips.SmallModel(CardOf(path))),
            _ => ("", []),
        };
        if (type.Length == 0)
        {
            context.Response.StatusCode = 404;
            return;
        }
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
