using Acme.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acme.Api.Tests.Telemetry;

[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class AwsResourceTests
{
    [Fact]
    public async Task On_ECS_the_task_metadata_say_where_the_process_runs()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var metadata = builder.Build();
        metadata.Urls.Add("http://127.0.0.1:0");
        metadata.MapGet("/v4/abc", () => Results.Text("""
            {"DockerId": "abc-1", "DockerName": "api", "ContainerARN": "arn:aws:ecs:eu-central-1:111122223333:container/c1"}
            """));
        metadata.MapGet("/v4/abc/task", () => Results.Text("""
            {"Cluster": "registry", "TaskARN": "arn:aws:ecs:eu-central-1:111122223333:task/registry/t1", "Family": "api", "Revision": "7",
             "LaunchType": "FARGATE", "AvailabilityZone": "eu-central-1a"}
            """));
        await metadata.StartAsync();

        var resource = Detect(("ECS_CONTAINER_METADATA_URI_V4", $"{metadata.Urls.First()}/v4/abc"));

        Assert.Equal("aws_ecs", resource["cloud.platform"]);
        Assert.Equal("eu-central-1", resource["cloud.region"]);
        Assert.Equal("111122223333", resource["cloud.account.id"]);
        Assert.Equal("arn:aws:ecs:eu-central-1:111122223333:cluster/registry", resource["aws.ecs.cluster.arn"]);
        Assert.Equal("fargate", resource["aws.ecs.launchtype"]);
        Assert.Equal("abc-1", resource["container.id"]);
    }

    [Fact]
    public void On_Lambda_the_environment_says_it()
    {
        var resource = Detect(("AWS_LAMBDA_FUNCTION_NAME", "registry-api"), ("AWS_REGION", "eu-north-1"), ("AWS_LAMBDA_FUNCTION_VERSION", "12"));
        Assert.Equal(("aws_lambda", "registry-api", "eu-north-1", "12"), (resource["cloud.platform"], resource["faas.name"], resource["cloud.region"], resource["faas.version"]));
    }

    [Fact]
    public void Elsewhere_nothing_is_said_and_metadata_that_do_not_answer_stop_nobody()
    {
        Assert.Empty(Detect());
        Assert.Equal("aws_ecs", Detect(("ECS_CONTAINER_METADATA_URI_V4", "http://127.0.0.1:1/v4/gone"))["cloud.platform"]);
    }

    private static Dictionary<string, object> Detect(params (string Name, string Value)[] environment) =>
        new AwsResource(name => environment.FirstOrDefault(e => e.Name == name).Value).Detect().Attributes.ToDictionary();
}
