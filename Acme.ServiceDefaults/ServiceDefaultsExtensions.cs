using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Acme.ServiceDefaults;

/// <summary>What every service of the system has: telemetry, service discovery, resilient HTTP clients and a sign of life.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The registry's own meters and activity sources begin with this.</summary>
    public const string TelemetryName = "Acme.Registry";

    /// <summary>Where a service says that it is alive.</summary>
    public const string AlivePath = "/alive";

    /// <summary>
    /// Adds OpenTelemetry for traces, metrics and logs (sent by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), service
    /// discovery, and the standard resilience handler on HTTP clients.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });

        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return builder;
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (builder.Configuration["OTEL_SERVICE_NAME"] is null) resource.AddService(builder.Environment.ApplicationName);
                resource.AddDetector(new AwsResource(Environment.GetEnvironmentVariable));
            })
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(TelemetryName, "Npgsql"))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, TelemetryName, "Npgsql")
                .AddAspNetCoreInstrumentation(incoming =>
                {
                    incoming.Filter = context => !context.Request.Path.StartsWithSegments(AlivePath) && !context.Request.Path.StartsWithSegments("/health");
                    // Routes name the artifact they are about "id", in the API and on the pages, so that one search finds all that happened to it.
                    incoming.EnrichWithHttpResponse = (span, response) =>
                    {
                        if (response.HttpContext.GetRouteValue("id") is string id) span.SetTag("acme.artifact.id", id);
                    };
                })
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
        return builder;
    }

    /// <summary>
    /// Maps <c>/alive</c>: 200 as long as the process answers, whatever the state of what it depends on, which is <c>/health</c>'s to tell. An
    /// orchestrator that restarts processes asks here, because a restart mends no database.
    /// </summary>
    public static void MapAlive(this IEndpointRouteBuilder routes) =>
        routes.MapGet(AlivePath, () => Results.Text("alive")).ExcludeFromDescription();
}
