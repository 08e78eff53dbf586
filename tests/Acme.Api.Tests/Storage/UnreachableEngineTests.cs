using System.Net;
using System.Net.Http.Json;
using Acme.Storage.Engines;

namespace Acme.Api.Tests.Storage;

/// <summary>An engine that stays away is said to the caller as such, with what to do; when it is back, everything goes on.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class UnreachableEngineTests
{
    [Theory]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.Throttled)]
    [InlineData(Fault.CutBefore)]
    public async Task An_S3_that_does_not_answer_is_503_until_it_does(Fault fault)
    {
        var bucket = await SharedEngines.BucketAsync($"b{Guid.NewGuid():N}");
        await using var proxy = new FaultProxy(new(bucket["S3:ServiceUrl"]));
        bucket["S3:ServiceUrl"] = proxy.Address.AbsoluteUri;
        await RunAsync([.. TestDrivers.Embedded, "--Blobs:Provider", "s3", "--S3:MaxRetries", "0", .. ArgumentsOf(bucket)], Blobs, () =>
        {
            proxy.Choose = _ => fault;
            return Task.CompletedTask;
        }, () =>
        {
            proxy.Choose = _ => Fault.None;
            return Task.CompletedTask;
        });
    }

    [Theory]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.Throttled)]
    [InlineData(Fault.CutBefore)]
    public async Task A_DynamoDB_that_does_not_answer_is_503_until_it_does(Fault fault)
    {
        var table = await SharedEngines.TableAsync($"t{Guid.NewGuid():N}");
        await using var proxy = new FaultProxy(new(table["DynamoDb:ServiceUrl"]));
        table["DynamoDb:ServiceUrl"] = proxy.Address.AbsoluteUri;
        await RunAsync([.. TestDrivers.Embedded, "--Catalog:Provider", "dynamodb", "--DynamoDb:MaxRetries", "0", .. ArgumentsOf(table)], Catalog, () =>
        {
            proxy.Choose = _ => fault;
            return Task.CompletedTask;
        }, () =>
        {
            proxy.Choose = _ => Fault.None;
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_stopped_is_503_until_it_is_back()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        await using var cluster = await PostgresCluster.StartAsync();
        string[] settings =
        [
            "--Catalog:Provider", "postgres", "--Blobs:Provider", "postgres", "--Postgres:RetryFor", "00:00:00", "--Postgres:ConnectionString", await cluster.CreateDatabaseAsync(),
        ];
        await RunAsync(settings, [.. Catalog, .. Blobs], () => cluster.StopServerAsync(), () => cluster.StartServerAsync());
    }

    // Of a request that asks the catalog, and one that asks for bytes.
    private static readonly Func<string, HttpRequestMessage>[] Catalog =
    [
        id => new(HttpMethod.Get, $"/artifacts/model/{id}"),
        id => new(HttpMethod.Delete, $"/artifacts/model/{id}"),
        _ => new(HttpMethod.Post, "/artifacts") { Content = Zips.Json("""[{"name":"*"}]""") },
        _ => new(HttpMethod.Put, "/authenticate")
        {
            Content = JsonContent.Create(new { user = new { name = RegistryApp.AdminName, is_admin = true }, secret = new { password = RegistryApp.AdminPassword } }),
        },
    ];

    private static readonly Func<string, HttpRequestMessage>[] Blobs =
    [
        id => new(HttpMethod.Get, $"/artifacts/model/{id}/download"),
        id => new(HttpMethod.Get, $"/artifacts/model/{id}/files/model.safetensors"),
        _ => new(HttpMethod.Post, "/artifact/model/upload") { Content = Zips.Form(Zips.SmallModel("another"), "another") },
    ];

    private static async Task RunAsync(string[] settings, Func<string, HttpRequestMessage>[] requests, Func<Task> breakAsync, Func<Task> mendAsync)
    {
        await using var app = await RegistryApp.StartAsync(settings);
        using var admin = await app.SignedInAsync();
        var id = await admin.UploadAsync(Zips.SmallModel(), "kept");
        await breakAsync();
        foreach (var make in requests)
        {
            using var request = make(id);
            using var answer = await admin.SendAsync(request);
            var detail = await answer.ProblemAsync(503);
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero, $"{request.Method} {request.RequestUri} does not say when to come back.");
            Assert.Contains("again", detail);
            // Who may call does not learn where the engine is.
            Assert.DoesNotContain("127.0.0.1", detail);
            Assert.Equal(request.Method != HttpMethod.Get, detail.Contains("is not known", StringComparison.Ordinal));
        }
        using var health = await app.Http.GetAsync("/health/components");
        Assert.Contains("unreachable", await health.Content.ReadAsStringAsync());

        await mendAsync();
        using var found = await admin.GetAsync($"/artifacts/model/{id}");
        // A deletion that was answered 503 may have been made; here it cannot have been.
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        using var whole = await admin.GetAsync($"/artifacts/model/{id}/download");
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        await admin.UploadAsync(Zips.SmallModel("another"), "another");
    }

    private static string[] ArgumentsOf(Dictionary<string, string> settings) => [.. settings.SelectMany(s => new[] { $"--{s.Key}", s.Value })];
}
