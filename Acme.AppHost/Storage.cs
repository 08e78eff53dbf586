using Aspire.Hosting.AWS.DynamoDB;

namespace Acme.AppHost;

/// <summary>Gives the API its storage.</summary>
internal static class Storage
{
    private const string Table = "acme-registry";
    private const string Bucket = "acme-registry";

    private const string Engine = "engine";

    // What the local engines take for credentials. They guard nothing.
    private const string LocalUser = "acme";
    private const string LocalPassword = "acme-secret";

    /// <summary>Adds the resources that were chosen, and has the API wait for them.</summary>
    public static void AddStorage(this IDistributedApplicationBuilder builder, StorageChoice choice, IResourceBuilder<ProjectResource> api)
    {
        api.WithEnvironment("Catalog__Provider", choice.Catalog).WithEnvironment("Blobs__Provider", choice.Blobs);
        api.WithEnvironment("Data__Directory", builder.Configuration["data"] is { Length: > 0 } data ? data : Path.Combine(builder.AppHostDirectory, "..", "acme-data"));
        if (choice.Source == StorageSource.Account)
        {
            builder.AddAccount(api);
            return;
        }

        if (choice.Catalog == "dynamodb") builder.AddDynamoDb(choice.Source, api);
        if (choice.Blobs == "s3") builder.AddS3(choice.Source, api);
        if (choice.NeedsPostgres) builder.AddPostgres(choice.Source, api);
        if (choice.Catalog == "dynamodb" || choice.Blobs == "s3")
            api.WithEnvironment("AWS_ACCESS_KEY_ID", LocalUser).WithEnvironment("AWS_SECRET_ACCESS_KEY", LocalPassword).WithEnvironment("AWS_REGION", "us-east-1");
    }

    private static void AddDynamoDb(this IDistributedApplicationBuilder builder, StorageSource source, IResourceBuilder<ProjectResource> api)
    {
        api.WithEnvironment("DynamoDb__Table", Table).WithEnvironment("DynamoDb__CreateTable", "true");
        if (source == StorageSource.Containers)
        {
            api.WithReference(builder.AddAWSDynamoDBLocal("dynamodb", new DynamoDBLocalOptions { SharedDb = true, InMemory = true, DisableDynamoDBLocalTelemetry = true }));
            return;
        }
        var dynamodb = builder.AddEngine("dynamodb", "http");
        api.WithEnvironment("DynamoDb__ServiceUrl", dynamodb.GetEndpoint(Engine)).WaitFor(dynamodb);
    }

    private static void AddS3(this IDistributedApplicationBuilder builder, StorageSource source, IResourceBuilder<ProjectResource> api)
    {
        api.WithEnvironment("S3__Bucket", Bucket).WithEnvironment("S3__CreateBucket", "true").WithEnvironment("S3__ForcePathStyle", "true");
        if (source == StorageSource.Containers)
        {
            var gateway = builder.AddContainer("s3", "versity/versitygw", "v1.7.0")
                .WithEnvironment("ROOT_ACCESS_KEY_ID", LocalUser)
                .WithEnvironment("ROOT_SECRET_ACCESS_KEY", LocalPassword)
                .WithEnvironment("VGW_HEALTH", "/health")
                .WithVolume("acme-registry-s3", "/data")
                .WithVolume("acme-registry-s3-versions", "/versions")
                .WithArgs("--port", ":7070", "posix", "--versioning-dir", "/versions", "/data")
                .WithHttpEndpoint(targetPort: 7070, name: "http")
                .WithHttpHealthCheck("/health");
            api.WithEnvironment("S3__ServiceUrl", gateway.GetEndpoint("http")).WaitFor(gateway);
            return;
        }
        var s3 = builder.AddEngine("s3", "http");
        api.WithEnvironment("S3__Checksums", "when-required").WithEnvironment("S3__ServiceUrl", s3.GetEndpoint(Engine)).WaitFor(s3);
    }

    private static void AddPostgres(this IDistributedApplicationBuilder builder, StorageSource source, IResourceBuilder<ProjectResource> api)
    {
        if (source == StorageSource.Containers)
        {
            var database = builder.AddPostgres("postgres").WithDataVolume("acme-registry-postgres").AddDatabase("registry");
            api.WithEnvironment("Postgres__ConnectionString", database).WaitFor(database);
            return;
        }
        var postgres = builder.AddEngine("postgres", "tcp");
        var endpoint = postgres.GetEndpoint(Engine);
        api.WithEnvironment("Postgres__ConnectionString", ReferenceExpression.Create(
                $"Host=127.0.0.1;Port={endpoint.Property(EndpointProperty.Port)};Username={LocalUser};Password={LocalPassword};Database=registry"))
            .WaitFor(postgres);
    }

    /// <summary>An engine that is installed on this machine, run by the same program that runs it for the tests. It says on an endpoint of its own when it is ready.</summary>
    private static IResourceBuilder<ProjectResource> AddEngine(this IDistributedApplicationBuilder builder, string engine, string scheme) =>
        builder.AddProject<Projects.Acme_Storage_Engines>(engine)
            .WithArgs(engine)
            .WithEndpoint(name: Engine, scheme: scheme, env: "ENGINE_PORT")
            .WithHttpEndpoint(name: "ready", env: "READY_PORT")
            .WithHttpHealthCheck("/", endpointName: "ready");

    private static void AddAccount(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            api.WithEnvironment("DynamoDb__Table", builder.AddParameter("table")).WithEnvironment("S3__Bucket", builder.AddParameter("bucket"));
            return;
        }
        var sdk = builder.AddAWSSDKConfig();
        if (builder.Configuration["aws-region"] is { Length: > 0 } region) sdk = sdk.WithRegion(Amazon.RegionEndpoint.GetBySystemName(region));
        if (builder.Configuration["aws-profile"] is { Length: > 0 } profile) sdk = sdk.WithProfile(profile);
        var stack = builder.AddAWSCloudFormationStack("stack", builder.Configuration["aws-stack"]).WithReference(sdk);
        api.WithReference(sdk)
            .WaitFor(stack)
            .WithEnvironment("DynamoDb__Table", stack.GetOutput("TableName"))
            .WithEnvironment("S3__Bucket", stack.GetOutput("BucketName"));
    }
}
