using Acme.Infra.Cdk.Services;
using Acme.Infra.Cdk.Gateway;
using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;

namespace Acme.Infra.Cdk.Watch;

/// <summary>The metrics that alarms and dashboard read, by what they mean here. Periods are five minutes.</summary>
internal sealed class RegistryMetrics(DeploymentOptions options, Edge edge, RegistryService service, Storage storage)
{
    private static readonly Duration Period = Duration.Minutes(5);

    public IMetric EdgeRequests => Gateway("Count", "Sum", "requests");

    public IMetric EdgeServerErrors => Gateway("5xx", "Sum", "5xx");

    public IMetric EdgeClientErrors => Gateway("4xx", "Sum", "4xx");

    /// <summary>What reading, listing and downloading take; ingests, which may take half a minute, are other routes. Milliseconds.</summary>
    public IMetric ReadLatency(string statistic) => Of("AWS/ApiGateway", "Latency", statistic, $"reads {statistic}", new()
    {
        ["ApiId"] = edge.Api.Ref,
        ["Stage"] = "$default",
        ["Method"] = RouteTable.Reads.Split(' ')[0],
        ["Resource"] = RouteTable.Reads.Split(' ')[1],
    });

    /// <summary>Requests that the limits of the edge turned away with 429.</summary>
    public IMetric Throttled { get; } = edge.AccessLog.AddMetricFilter("Throttled", new MetricFilterOptions
    {
        MetricNamespace = Collector.AlarmNamespace,
        MetricName = $"{options.Name}-throttled",
        FilterPattern = FilterPattern.NumberValue("$.status", "=", 429),
        MetricValue = "1",
        DefaultValue = 0,
    }).Metric(new MetricOptions { Statistic = "Sum", Period = Period, Label = "429" });

    /// <summary>Percent of the API's own answers that are 5xx.</summary>
    public IMetric ErrorRate => service.Fargate is { } fargate
        ? Percent(
            fargate.Api.Targets.Metrics.HttpCodeTarget(Amazon.CDK.AWS.ElasticLoadBalancingV2.HttpCodeTarget.TARGET_5XX_COUNT, new MetricOptions { Period = Period }),
            fargate.Api.Targets.Metrics.RequestCount(new MetricOptions { Period = Period }))
        : Percent(service.Lambda!.Api.MetricErrors(new MetricOptions { Period = Period }), service.Lambda.Api.MetricInvocations(new MetricOptions { Period = Period }));

    /// <summary>Seconds that due background work has been waiting.</summary>
    public IMetric QueueAge => service.Lambda is { } lambda
        // Milliseconds between the schedule and its run.
        ? new MathExpression(new MathExpressionProps { Expression = "age / 1000", UsingMetrics = new Dictionary<string, IMetric> { ["age"] = lambda.Jobs.Metric("AsyncEventAge", new MetricOptions { Statistic = "Maximum", Period = Period }) }, Period = Period, Label = "longest wait" })
        : Of(Collector.AlarmNamespace, Collector.JobWaitMetric, "Maximum", "longest wait", new() { [Collector.AlarmDimension] = options.Name });

    public IReadOnlyList<(string Service, FargateServices Fargate, RunningService Running)> Running =>
        service.Fargate is { } fargate ? [("api", fargate, fargate.Api), ("web", fargate, fargate.Web)] : [];

    public IReadOnlyList<(string Name, DockerImageFunction Function)> Functions =>
        service.Lambda is { } lambda ? [("api", lambda.Api), ("web", lambda.Web), ("jobs", lambda.Jobs)] : [];

    /// <summary>Reads and writes that DynamoDB turned away; null with PostgreSQL.</summary>
    public IMetric? CatalogThrottles => storage.Table is null ? null : new MathExpression(new MathExpressionProps
    {
        Expression = "reads + writes",
        UsingMetrics = new Dictionary<string, IMetric> { ["reads"] = Table("ReadThrottleEvents"), ["writes"] = Table("WriteThrottleEvents") },
        Period = Period,
        Label = "throttled",
    });

    public IReadOnlyList<IMetric> CatalogConsumption => storage.Table is null ? [] : [Table("ConsumedReadCapacityUnits"), Table("ConsumedWriteCapacityUnits")];

    /// <summary>Percent of the largest capacity that Aurora uses; null without it.</summary>
    public IMetric? DatabaseUse => storage.Database is null ? null : Database("ACUUtilization", "Average");

    public IMetric? DatabaseCapacity => storage.Database is null ? null : Database("ServerlessDatabaseCapacity", "Average");

    /// <summary>Bytes in the bucket, counted once a day; null without one.</summary>
    public IMetric? BucketBytes => storage.Bucket is null ? null : new Metric(new MetricProps
    {
        Namespace = "AWS/S3",
        MetricName = "BucketSizeBytes",
        DimensionsMap = new Dictionary<string, string> { ["BucketName"] = storage.Bucket.BucketName, ["StorageType"] = "IntelligentTieringFAStorage" },
        Statistic = "Average",
        Period = Duration.Days(1),
        Label = "bytes, frequent access",
    });

    /// <summary>Percent of the API tasks' disk that is used; null with Lambda.</summary>
    public IMetric? SpoolUse => service.Fargate is null ? null : Percent(Insight("EphemeralStorageUtilized"), Insight("EphemeralStorageReserved"));

    /// <summary>US dollars of the month so far, of the whole account; counted in us-east-1 alone.</summary>
    public static IMetric Charges => new Metric(new MetricProps
    {
        Namespace = "AWS/Billing",
        MetricName = "EstimatedCharges",
        DimensionsMap = new Dictionary<string, string> { ["Currency"] = "USD" },
        Statistic = "Maximum",
        Period = Duration.Hours(6),
        Region = "us-east-1",
        Label = "USD, whole account",
    });

    public static IMetric ServiceCpu(RunningService running) => running.Service.MetricCpuUtilization(new MetricOptions { Period = Period });

    public static IMetric ServiceMemory(RunningService running) => running.Service.MetricMemoryUtilization(new MetricOptions { Period = Period });

    public static IMetric HealthyTasks(RunningService running) =>
        running.Targets.Metrics.HealthyHostCount(new MetricOptions { Statistic = "Minimum", Period = Period });

    public static IMetric FunctionErrors(DockerImageFunction function) => function.MetricErrors(new MetricOptions { Period = Period });

    public static IMetric FunctionThrottles(DockerImageFunction function) => function.MetricThrottles(new MetricOptions { Period = Period });

    public static IMetric FunctionDuration(DockerImageFunction function) => function.MetricDuration(new MetricOptions { Statistic = "p99", Period = Period });

    // Few requests say nothing about a rate: one failed of three is no incident.
    private static MathExpression Percent(IMetric part, IMetric whole) => new(new MathExpressionProps
    {
        Expression = "IF(whole > 20, 100 * FILL(part, 0) / whole, 0)",
        UsingMetrics = new Dictionary<string, IMetric> { ["part"] = part, ["whole"] = whole },
        Period = Period,
        Label = "%",
    });

    private Metric Gateway(string name, string statistic, string label) =>
        Of("AWS/ApiGateway", name, statistic, label, new() { ["ApiId"] = edge.Api.Ref, ["Stage"] = "$default" });

    private Metric Table(string name) => Of("AWS/DynamoDB", name, "Sum", name, new() { ["TableName"] = storage.Table!.TableName });

    private Metric Database(string name, string statistic) => Of("AWS/RDS", name, statistic, name, new() { ["DBClusterIdentifier"] = storage.Database!.Identifier });

    private Metric Insight(string name) => Of("ECS/ContainerInsights", name, "Maximum", name, new()
    {
        ["ClusterName"] = service.Fargate!.Cluster.ClusterName,
        ["ServiceName"] = service.Fargate.Api.Service.ServiceName,
    });

    private static Metric Of(string space, string name, string statistic, string label, Dictionary<string, string> dimensions) => new(new MetricProps
    {
        Namespace = space,
        MetricName = name,
        DimensionsMap = dimensions,
        Statistic = statistic,
        Period = Period,
        Label = label,
    });
}
