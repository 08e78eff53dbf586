using System.Globalization;
using Acme.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Acme.Registry.Tests.Sources.GitHub;

/// <summary>Answers in place of the stand-in's own.</summary>
internal static class Answers
{
    public static Fault Json(string requests, string body, int times = int.MaxValue) => Text(requests, body, "application/json", times);

    public static Fault Text(string requests, string body, string contentType, int times = int.MaxValue) => new(requests, times, async (context, _) =>
    {
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body);
    });

    /// <summary>What GitHub answers when the primary quota is used up.</summary>
    public static Fault QuotaUsedUp(string requests, DateTimeOffset until, int times = int.MaxValue) => new(requests, times, async (context, _) =>
    {
        context.Response.StatusCode = 403;
        context.Response.ContentType = "application/json";
        context.Response.Headers["X-RateLimit-Limit"] = "60";
        context.Response.Headers["X-RateLimit-Remaining"] = "0";
        context.Response.Headers["X-RateLimit-Reset"] = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync("""{"message":"API rate limit exceeded for 192.0.2.1."}""");
    });
}
