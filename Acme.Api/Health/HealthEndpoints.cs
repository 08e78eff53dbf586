using System.Globalization;
using System.Reflection;
using Acme.Api.Health.Bottlenecks;
using Acme.Api.Hosting;
using Acme.Api.Problems;
using Acme.Client.Contract;

namespace Acme.Api.Health;

internal static class HealthEndpoints
{
    private const int DefaultWindow = 60;
    private const int DefaultLoadSeconds = 60;

    private static readonly string LoadSecondsRange = string.Create(CultureInfo.InvariantCulture, $"from {LoadSampler.Span.TotalSeconds} to {LoadSampler.LongestWindow.TotalSeconds}");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // They count from the moment they are made, which must not be the first time that someone asks for them.
        routes.ServiceProvider.GetRequiredService<TrafficWindow>();
        routes.ServiceProvider.GetRequiredService<StoreWindow>();
        routes.ServiceProvider.GetRequiredService<LoadSampler>();
        var health = routes.MapGroup("/health").WithTags("Health");

        health.MapGet("", SummaryAsync)
            .WithName("RegistryHealthHeartbeat").WithSummary("Heartbeat check")
            .WithDescription("200 whenever the registry can be reached; the body tells the state of its parts.");

        health.MapGet("/components", ComponentsAsync)
            .WithName("RegistryHealthComponents").WithSummary("Get component health details")
            .WithDescription($"loadSeconds, {LoadSecondsRange} and {DefaultLoadSeconds} by default, says how far back the bottleneck is looked for.")
            .ProducesProblem(400);
    }

    /// <summary>Counts requests by artifact type, which the route alone does not tell.</summary>
    public static void UseTypeCounting(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetRouteValue("artifact_type") is string and ("model" or "dataset" or "code"))
            context.RequestServices.GetRequiredService<TrafficWindow>().CountType((string)context.GetRouteValue("artifact_type")!);
        else if (context.Request.Path.StartsWithSegments("/artifact/model"))
            context.RequestServices.GetRequiredService<TrafficWindow>().CountType("model");
        return next(context);
    });

    private static async Task<JsonAnswer<HealthSummaryResponse>> SummaryAsync(
        ComponentHealth health, TrafficWindow traffic, TimeProvider time, HttpContext context)
    {
        var components = await health.CheckAsync(DefaultWindow, TimeSpan.FromSeconds(DefaultLoadSeconds), timeline: false, context.RequestAborted);
        var (now, summary) = (time.GetUtcNow(), traffic.Summarize(DefaultWindow));
        return JsonAnswer.Ok(new HealthSummaryResponse
        {
            Status = components.Where(c => c.Status != HealthStatus.Unknown).Max(c => c.Status),
            CheckedAt = now.UtcDateTime,
            WindowMinutes = DefaultWindow,
            UptimeSeconds = (long)(now - traffic.StartedAt).TotalSeconds,
            Version = typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            RequestSummary = new()
            {
                WindowStart = now.AddMinutes(-DefaultWindow).UtcDateTime,
                WindowEnd = now.UtcDateTime,
                TotalRequests = summary.Requests,
                PerRoute = summary.Routes,
                PerArtifactType = summary.Types,
            },
            Components =
            [
                .. components.OrderByDescending(c => c.Status).Select(c => new HealthComponentBrief
                {
                    Id = c.Id,
                    DisplayName = c.DisplayName,
                    Status = c.Status,
                    IssueCount = c.Issues?.Count ?? 0,
                    LastEventAt = c.ObservedAt,
                }),
            ],
        });
    }

    private static async Task<JsonAnswer<HealthComponentCollection>> ComponentsAsync(
        ComponentHealth health, TimeProvider time, HttpContext context, int windowMinutes = DefaultWindow, bool includeTimeline = false, double loadSeconds = DefaultLoadSeconds)
    {
        if (windowMinutes is < 5 or > 1440) throw new ProblemException(400, "Bad window", "windowMinutes is a number from 5 to 1440.");
        if (!(loadSeconds >= LoadSampler.Span.TotalSeconds && loadSeconds <= LoadSampler.LongestWindow.TotalSeconds))
            throw new ProblemException(400, "Bad window", $"loadSeconds is a number {LoadSecondsRange}.");
        return JsonAnswer.Ok(new HealthComponentCollection
        {
            Components = await health.CheckAsync(windowMinutes, TimeSpan.FromSeconds(loadSeconds), includeTimeline, context.RequestAborted),
            GeneratedAt = time.GetUtcNow().UtcDateTime,
            WindowMinutes = windowMinutes,
        });
    }
}
