using System.Diagnostics;
using System.Globalization;

namespace Acme.Api.Download;

/// <summary>
/// Tells with the head of each download how long the registry took until then, as <c>Server-Timing: total;dur=1.23</c> (milliseconds; W3C Server
/// Timing). What a client measures holds the network and its own waiting, too.
/// </summary>
internal static class DownloadTiming
{
    private const string Header = "Server-Timing";

    /// <summary>Comes before whatever is to be counted.</summary>
    public static void UseDownloadTiming(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (IsDownload(context.Request.Path.Value!)) context.Response.OnStarting(TellAsync, (context.Response, Stopwatch.GetTimestamp()));
        return next(context);
    });

    private static bool IsDownload(string path) =>
        path.StartsWith("/artifacts/", StringComparison.Ordinal)
        && (path.EndsWith("/download", StringComparison.Ordinal) || path.Contains("/files/", StringComparison.Ordinal));

    private static Task TellAsync(object state)
    {
        var (response, start) = ((HttpResponse, long))state;
        response.Headers[Header] = string.Create(CultureInfo.InvariantCulture, $"total;dur={Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.###}");
        return Task.CompletedTask;
    }
}
