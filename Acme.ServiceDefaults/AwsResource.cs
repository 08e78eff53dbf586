using System.Text.Json;
using OpenTelemetry.Resources;

namespace Acme.ServiceDefaults;

/// <summary>
/// Says in telemetry where on AWS the process runs: on ECS by the task metadata endpoint version 4, on Lambda by the environment; elsewhere nothing. Names
/// follow OpenTelemetry's semantic conventions for cloud, AWS ECS and FaaS resources.
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class AwsResource(Func<string, string?> environment) : IResourceDetector
{
    private static readonly TimeSpan MetadataLimit = TimeSpan.FromSeconds(2);

    public Resource Detect()
    {
        if (environment("AWS_LAMBDA_FUNCTION_NAME") is { Length: > 0 } function) return new(Lambda(function));
        if (environment("ECS_CONTAINER_METADATA_URI_V4") is { Length: > 0 } metadata && Uri.TryCreate(metadata, UriKind.Absolute, out var endpoint)) return new(Ecs(endpoint));
        return Resource.Empty;
    }

    private IEnumerable<KeyValuePair<string, object>> Lambda(string function)
    {
        yield return new("cloud.provider", "aws");
        yield return new("cloud.platform", "aws_lambda");
        yield return new("faas.name", function);
        foreach (var (attribute, variable) in new[]
        {
            ("cloud.region", "AWS_REGION"), ("faas.version", "AWS_LAMBDA_FUNCTION_VERSION"), ("faas.instance", "AWS_LAMBDA_LOG_STREAM_NAME"),
        })
        {
            if (environment(variable) is { Length: > 0 } value) yield return new(attribute, value);
        }
    }

    private static List<KeyValuePair<string, object>> Ecs(Uri endpoint)
    {
        List<KeyValuePair<string, object>> attributes = [new("cloud.provider", "aws"), new("cloud.platform", "aws_ecs")];
        try
        {
            using var http = new HttpClient { Timeout = MetadataLimit };
            using var container = Read(http, endpoint.AbsoluteUri);
            using var task = Read(http, endpoint.AbsoluteUri.TrimEnd('/') + "/task");
            var cluster = Text(task, "Cluster");
            var taskArn = Text(task, "TaskARN");
            // arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID
            var arn = taskArn?.Split(':') ?? [];
            Add("container.id", Text(container, "DockerId"));
            Add("container.name", Text(container, "DockerName"));
            Add("aws.ecs.container.arn", Text(container, "ContainerARN"));
            Add("aws.ecs.task.arn", taskArn);
            Add("aws.ecs.task.family", Text(task, "Family"));
            Add("aws.ecs.task.revision", Text(task, "Revision"));
            Add("aws.ecs.launchtype", Text(task, "LaunchType")?.ToLowerInvariant());
            Add("cloud.availability_zone", Text(task, "AvailabilityZone"));
            if (arn.Length < 6) return attributes;
            Add("cloud.region", arn[3]);
            Add("cloud.account.id", arn[4]);
            if (cluster is not null) Add("aws.ecs.cluster.arn", cluster.StartsWith("arn:", StringComparison.Ordinal) ? cluster : $"{string.Join(':', arn[..5])}:cluster/{cluster}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            // Telemetry with less of a label is better than a service that does not start.
        }
        return attributes;

        void Add(string name, string? value)
        {
            if (value is { Length: > 0 }) attributes.Add(new(name, value));
        }
    }

    private static JsonDocument Read(HttpClient http, string url)
    {
        using var response = http.Send(new HttpRequestMessage(HttpMethod.Get, url));
        response.EnsureSuccessStatusCode();
        using var body = response.Content.ReadAsStream();
        return JsonDocument.Parse(body);
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
