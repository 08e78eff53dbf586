using System.Globalization;

namespace Acme.Infra.Cdk.Services;

/// <summary>What the services are told by environment variables. The tests hold each name to the options class that reads it.</summary>
internal static class ServiceSettings
{
    /// <summary>The only directory that a task of Fargate can write to; the images bring it, owned by the user that they run as.</summary>
    public const string FargateDirectory = "/var/acme";

    // The only directory that a function can write to.
    private const string LambdaDirectory = "/tmp";

    private const long GiB = 1L << 30;

    /// <summary>The API's.</summary>
    public static Dictionary<string, string> OfApi(DeploymentOptions options, Storage storage, string proxies)
    {
        var settings = OfBoth(options, "registry-api", proxies);
        settings["Data__Directory"] = options.Compute == Compute.Ecs ? FargateDirectory : $"{LambdaDirectory}/acme";
        settings["Catalog__Provider"] = options.Catalog == CatalogStore.DynamoDb ? "dynamodb" : "postgres";
        settings["Blobs__Provider"] = options.Blobs == BlobStore.S3 ? "s3" : "postgres";
        if (storage.Table is { } table) settings["DynamoDb__Table"] = table.TableName;
        if (storage.Bucket is { } bucket)
        {
            settings["S3__Bucket"] = bucket.BucketName;
            settings["S3__Checksums"] = "sdk";
            settings["Downloads__Redirect"] = "true";
        }
        if (storage.Database is { } database)
        {
            settings["Postgres__ConnectionString"] = database.ConnectionString;
            if (database.Password is null) settings["Postgres__PasswordFile"] = DatabaseToken.File;
        }
        // What is larger than the disk for it is refused, or stays at its source, rather than failing half way.
        settings["Ingest__MaxArchiveBytes"] = Bytes(options.SpoolGiB * GiB / 2);
        settings["Mirror__EagerUpTo"] = Bytes(options.SpoolGiB * GiB / 4);
        settings["Mirror__PointerAbove"] = Bytes(options.SpoolGiB * GiB * 3 / 4);
        return settings;
    }

    /// <summary>What the API's functions are told beside.</summary>
    public static Dictionary<string, string> OfLambda()
    {
        var settings = OfLambdaAdapter();
        // A function lives at most 15 minutes.
        settings["Ingest__TimeLimit"] = "00:14:00";
        return settings;
    }

    /// <summary>What the function that does background work is told beside: the key that the schedule shows it, and how long a call may work.</summary>
    public static Dictionary<string, string> OfJobs(string key) => new() { ["Jobs__Run__Key"] = key, ["Jobs__Run__Limit"] = "00:14:00" };

    /// <summary>What the Lambda Web Adapter is told.</summary>
    public static Dictionary<string, string> OfLambdaAdapter() => new()
    {
        // The image's own lies where a function cannot write.
        ["TMPDIR"] = LambdaDirectory,
        ["AWS_LWA_PORT"] = Network.ContainerPort.ToString(CultureInfo.InvariantCulture),
        ["AWS_LWA_READINESS_CHECK_PATH"] = HealthPaths.Live,
    };

    /// <summary>The web's.</summary>
    public static Dictionary<string, string> OfWeb(DeploymentOptions options, string apiAddress, string proxies)
    {
        var settings = OfBoth(options, "registry-web", proxies);
        settings["Web__ApiAddress"] = apiAddress;
        return settings;
    }

    private static Dictionary<string, string> OfBoth(DeploymentOptions options, string service, string proxies)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_HTTP_PORTS"] = Network.ContainerPort.ToString(CultureInfo.InvariantCulture),
            // One JSON object a line, which CloudWatch Logs can search by field.
            ["Logging__Console__FormatterName"] = "json",
            ["Proxies__Trusted__0"] = proxies,
            // TLS ends at the gateway; the load balancer behind it says that it was asked by http.
            ["Proxies__PublicScheme"] = "https",
        };
        if (options.Compute != Compute.Ecs) return settings;
        settings["TMPDIR"] = FargateDirectory;
        // The diagnostics socket lies in a directory that the read-only root has no place for.
        settings["DOTNET_EnableDiagnostics"] = "0";
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{Collector.Port}";
        settings["OTEL_SERVICE_NAME"] = service;
        settings["OTEL_RESOURCE_ATTRIBUTES"] = $"deployment.environment.name={options.Name}";
        return settings;
    }

    private static string Bytes(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the services answer about themselves.</summary>
internal static class HealthPaths
{
    /// <summary>Whether the API and what it rests on can serve: decides who gets requests.</summary>
    public const string Ready = "/health";

    /// <summary>Whether the process answers at all: decides who is replaced.</summary>
    public const string Live = "/alive";
}
