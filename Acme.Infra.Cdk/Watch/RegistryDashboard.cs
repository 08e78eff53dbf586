using Amazon.CDK.AWS.CloudWatch;
using Constructs;

namespace Acme.Infra.Cdk.Watch;

/// <summary>One page with three rows of answers: is it healthy, is it slow, what costs.</summary>
internal static class RegistryDashboard
{
    private const int Width = 8;

    public static void Add(Construct scope, DeploymentOptions options, RegistryMetrics metrics)
    {
        IWidget[] capacity =
        [
            .. metrics.Running.Select(r => Graph($"Tasks of the {r.Service}: CPU and memory, %", RegistryMetrics.ServiceCpu(r.Running), RegistryMetrics.ServiceMemory(r.Running))),
            .. metrics.Functions.Select(f => Graph($"{f.Name} function: errors and throttles", RegistryMetrics.FunctionErrors(f.Function), RegistryMetrics.FunctionThrottles(f.Function))),
        ];
        IWidget[] slow =
        [
            Graph("Reads, milliseconds", metrics.ReadLatency("p50"), metrics.ReadLatency("p90"), metrics.ReadLatency("p99")),
            Graph("Background work: longest wait, seconds", metrics.QueueAge),
            .. metrics.Functions.Select(f => Graph($"{f.Name} function, milliseconds", RegistryMetrics.FunctionDuration(f.Function))),
            .. Optional("Catalog: throttled", metrics.CatalogThrottles),
            .. Optional("Database: % of the largest capacity", metrics.DatabaseUse),
        ];
        IWidget[] costs =
        [
            Graph("Requests", metrics.EdgeRequests),
            Graph("Account this month, USD", RegistryMetrics.Charges),
            .. metrics.CatalogConsumption.Count == 0 ? [] : new[] { Graph("Catalog: capacity units", [.. metrics.CatalogConsumption]) },
            .. Optional("Database: ACU", metrics.DatabaseCapacity),
            .. Optional("Bucket: bytes", metrics.BucketBytes),
            .. Optional("Spool: % of the disk", metrics.SpoolUse),
        ];
        _ = new Dashboard(scope, "Dashboard", new DashboardProps
        {
            DashboardName = options.Name,
            Widgets =
            [
                [Title("Is it healthy?")],
                [Graph("Errors at the edge", metrics.EdgeServerErrors, metrics.EdgeClientErrors, metrics.Throttled), Graph("Server errors of the API, %", metrics.ErrorRate)],
                capacity,
                [Title("Is it slow?")],
                slow,
                [Title("What costs?")],
                costs,
            ],
        });
    }

    private static TextWidget Title(string text) => new(new TextWidgetProps { Markdown = $"## {text}", Width = 3 * Width, Height = 1 });

    private static GraphWidget Graph(string title, params IMetric[] metrics) => new(new GraphWidgetProps { Title = title, Left = metrics, Width = Width, Height = 6 });

    private static IWidget[] Optional(string title, IMetric? metric) => metric is null ? [] : [Graph(title, metric)];
}
