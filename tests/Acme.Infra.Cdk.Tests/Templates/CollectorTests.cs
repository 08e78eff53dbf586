using Acme.Infra.Cdk.Services;
using YamlDotNet.RepresentationModel;

namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class CollectorTests(Deployments deployments)
{
    private YamlMappingNode Configuration
    {
        get
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Sidecars().First()["Environment"].Items().Single(v => v["Name"].Text() == "AOT_CONFIG_CONTENT")["Value"].Text()!));
            return (YamlMappingNode)yaml.Documents[0].RootNode;
        }
    }

    [Fact]
    public void Each_task_sends_to_the_collector_in_it()
    {
        var tasks = deployments["ecs-dynamodb-s3-prod"].Of("AWS::ECS::TaskDefinition").ToList();
        Assert.Equal(2, tasks.Count);
        Assert.All(tasks, t =>
        {
            var containers = t["ContainerDefinitions"].Items().ToDictionary(c => c["Name"].Text()!);
            Assert.Contains(containers["service"]["Environment"].Items(), v => v["Name"].Text() == "OTEL_EXPORTER_OTLP_ENDPOINT" && v["Value"].Text() == "http://127.0.0.1:4317");
            Assert.Equal("false", containers["collector"]["Essential"].Text());
        });
        Assert.Equal("127.0.0.1:4317", Text(Configuration, "receivers", "otlp", "protocols", "grpc", "endpoint"));
    }

    [Theory]
    [InlineData("traces", "traces_endpoint", "https://xray.${env:AWS_REGION}.amazonaws.com/v1/traces", "xray")]
    [InlineData("logs", "logs_endpoint", "https://logs.${env:AWS_REGION}.amazonaws.com/v1/logs", "logs")]
    [InlineData("metrics", "metrics_endpoint", "https://monitoring.${env:AWS_REGION}.amazonaws.com/v1/metrics", "monitoring")]
    public void Each_signal_goes_to_CloudWatchs_own_endpoint_signed_for_its_service(string signal, string key, string endpoint, string service)
    {
        var authenticator = Text(Configuration, "exporters", $"otlphttp/{signal}", "auth", "authenticator");
        Assert.Equal(endpoint, Text(Configuration, "exporters", $"otlphttp/{signal}", key));
        Assert.Equal(service, Text(Configuration, "extensions", authenticator, "service"));
        Assert.Contains($"otlphttp/{signal}", Names(At(Configuration, "service", "pipelines", signal, "exporters")));
        Assert.Contains(authenticator, Names(At(Configuration, "service", "extensions")));
    }

    [Fact]
    public void Every_part_of_a_pipeline_is_defined_and_every_defined_part_is_used()
    {
        var used = new Dictionary<string, HashSet<string>> { ["receivers"] = [], ["processors"] = [], ["exporters"] = [] };
        foreach (var pipeline in ((YamlMappingNode)At(Configuration, "service", "pipelines")).Children.Values)
        {
            foreach (var (kind, names) in used) names.UnionWith(Names(At(pipeline, kind)));
        }
        foreach (var (kind, names) in used)
            Assert.Equal(((YamlMappingNode)At(Configuration, kind)).Children.Keys.Select(k => k.ToString()).Order(), names.Order());
        Assert.Equal(((YamlMappingNode)At(Configuration, "extensions")).Children.Keys.Select(k => k.ToString()).Order(), Names(At(Configuration, "service", "extensions")).Order());
    }

    [Fact]
    public void The_metrics_that_alarms_read_pass_the_filter_with_the_alarms_dimension()
    {
        Assert.Contains(Collector.JobWaitMetric, Names(At(Configuration, "processors", "filter/alarms", "metrics", "include", "metric_names")));
        Assert.Equal(Collector.AlarmNamespace, Text(Configuration, "exporters", "awsemf", "namespace"));
        var alarm = deployments["ecs-dynamodb-s3-prod"].Of("AWS::CloudWatch::Alarm").Single(a => a["AlarmName"].Text() == "acme-prod-alarm-queue-age");
        var metric = alarm["Metrics"].Items().Select(m => m.At("MetricStat.Metric")).Single(m => m is not null);
        Assert.Equal((Collector.AlarmNamespace, Collector.JobWaitMetric), (metric.At("Namespace").Text(), metric.At("MetricName").Text()));
        Assert.Equal((Collector.AlarmDimension, "acme-prod"), (metric.At("Dimensions.0.Name").Text(), metric.At("Dimensions.0.Value").Text()));
        Assert.Contains(Collector.AlarmDimension, ((YamlSequenceNode)At(Configuration, "exporters", "awsemf", "metric_declarations"))[0]["dimensions"][0].AllNodes.Select(n => n.ToString()));
    }

    private IEnumerable<System.Text.Json.Nodes.JsonNode> Sidecars() =>
        deployments["ecs-dynamodb-s3-prod"].Of("AWS::ECS::TaskDefinition").SelectMany(t => t["ContainerDefinitions"].Items()).Where(c => c["Name"].Text() == "collector");

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (n, key) => n[key]);

    private static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)At(node, path)).Value!;

    private static IEnumerable<string> Names(YamlNode node) => ((YamlSequenceNode)node).Children.Select(c => ((YamlScalarNode)c).Value!);
}
