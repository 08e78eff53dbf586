using Acme.Storage.Engines;
using Amazon.Runtime;

[assembly: AssemblyFixture(typeof(Acme.Registry.Aws.Tests.S3Engine))]
[assembly: AssemblyFixture(typeof(Acme.Registry.Aws.Tests.DynamoEngine))]

namespace Acme.Registry.Aws.Tests;

/// <summary>The S3 of this test run; comes up when the first test asks for it.</summary>
public sealed class S3Engine : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static RadosGateway? s_gateway;

    public static BasicAWSCredentials Credentials { get; } = new(RadosGateway.AccessKey, RadosGateway.SecretKey);

    public static async Task<RadosGateway> GetAsync()
    {
        Assert.SkipWhen(RadosGateway.MissingPrerequisite is not null, RadosGateway.MissingPrerequisite ?? "");
        await Starting.WaitAsync();
        try
        {
            return s_gateway ??= await RadosGateway.StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (s_gateway is not null) await s_gateway.DisposeAsync();
    }
}

/// <summary>The DynamoDB of this test run; comes up when the first test asks for it.</summary>
public sealed class DynamoEngine : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static Dynalite? s_dynalite;

    public static BasicAWSCredentials Credentials { get; } = new("any", "any");

    public static async Task<Dynalite> GetAsync()
    {
        Assert.SkipWhen(Dynalite.MissingPrerequisite is not null, Dynalite.MissingPrerequisite ?? "");
        await Starting.WaitAsync();
        try
        {
            return s_dynalite ??= await Dynalite.StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (s_dynalite is not null) await s_dynalite.DisposeAsync();
    }
}
