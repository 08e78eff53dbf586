using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using LogGroup = Amazon.CDK.AWS.Logs.LogGroup;

namespace Acme.Infra.Cdk.Services;

/// <summary>The sidecar that takes OTLP from the service in its task and hands it to CloudWatch; what it does stands in <c>collector.yaml</c>.</summary>
internal static class Collector
{
    /// <summary>Where it takes OTLP by gRPC, on the task's loopback.</summary>
    public const int Port = 4317;

    /// <summary>Namespace of the metrics that alarms read.</summary>
    public const string AlarmNamespace = "Acme/Registry";

    /// <summary>Seconds that a job waited beyond the time when it was due.</summary>
    public const string JobWaitMetric = "acme.job.wait";

    /// <summary>What alarm metrics are told apart by.</summary>
    public const string AlarmDimension = "deployment.environment.name";

    private const string Image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3";

    /// <summary>Adds the sidecar to a task, and what it may do to the task's role.</summary>
    public static ContainerDefinition AddTo(FargateTaskDefinition task, LogGroup log, string stream)
    {
        task.TaskRole.AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "SendLogs",
            Actions = ["logs:PutLogEvents", "logs:CreateLogStream", "logs:DescribeLogStreams"],
            Resources = [log.LogGroupArn],
        }));
        task.TaskRole.AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "SendTracesAndMetrics",
            Actions = ["xray:PutTraceSegments", "xray:PutSpans", "xray:PutSpansForIndexing", "cloudwatch:PutMetricData"],
            // IAM knows no resource for these: a trace or a metric is no resource of its own.
            Resources = ["*"],
        }));
        return task.AddContainer("collector", new ContainerDefinitionOptions
        {
            Image = ContainerImage.FromRegistry(Image),
            // Telemetry that fails must not take the registry with it.
            Essential = false,
            ReadonlyRootFilesystem = true,
            Cpu = 64,
            MemoryLimitMiB = 256,
            Environment = new Dictionary<string, string>
            {
                ["AOT_CONFIG_CONTENT"] = Configuration(),
                ["ACME_LOG_GROUP"] = log.LogGroupName,
                ["ACME_LOG_STREAM"] = stream,
            },
            HealthCheck = new Amazon.CDK.AWS.ECS.HealthCheck { Command = ["CMD", "/healthcheck"], Interval = Duration.Seconds(30), Timeout = Duration.Seconds(5), Retries = 3, StartPeriod = Duration.Seconds(10) },
            Logging = LogDriver.AwsLogs(new AwsLogDriverProps { LogGroup = log, StreamPrefix = "collector" }),
        });
    }

    private static string Configuration()
    {
        using var stream = typeof(Collector).Assembly.GetManifestResourceStream("collector.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
