using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Session;

namespace Acme.Web.Pages.Status;

/// <summary>The report of a load test as a page of its own. It carries its style in itself and may do nothing else.</summary>
internal static class LoadTestReport
{
    public static void MapLoadTestReports(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/status/load-test/{run}/report", async (string run, HttpContext context, RegistryClient registry) =>
        {
            var report = await registry.GetLoadTestReportAsync(run, context.RequestAborted);
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
            return Results.Content(report, "text/html; charset=utf-8");
        }).WithMetadata(new NeedsAttribute(Permission.Admin));
}
