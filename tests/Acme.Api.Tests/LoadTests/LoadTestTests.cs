using System.Net;
using System.Net.Http.Json;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.Tests.LoadTests;

[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class LoadTestTests
{
    private static readonly LoadTestRequest Tiny = new()
    {
        Workloads = [LoadTestWorkload.Metadata, LoadTestWorkload.Resumed], Clients = 2, Seconds = 1, Rounds = 1, Models = 1,
    };

    [Fact]
    public async Task A_load_test_runs_is_watched_and_leaves_a_result_a_report_and_no_models()
    {
        await using var app = await RegistryApp.StartAsync();
        var registry = await SignedInAsync(app);
        var started = await registry.StartLoadTestAsync(Tiny);
        Assert.Equal(LoadTestState.Running, started.State);

        var run = await EndAsync(registry, started.Id);

        Assert.Equal((LoadTestState.Finished, null), (run.State, run.Problem));
        Assert.Equal([LoadTestWorkload.Metadata, LoadTestWorkload.Resumed], run.Result!.Measurements.Select(m => m.Workload));
        foreach (var measured in run.Result.Measurements)
        {
            Assert.True(measured is { Requests: > 0, Errors: 0, MegabytesPerSecond: > 0 }, $"{measured}: {string.Join("; ", measured.ErrorKinds)}");
            Assert.True(measured.Latency.Median <= measured.Latency.P99 && measured.Latency.P99 <= measured.Latency.Max);
        }
        Assert.Equal([run.Id], (await registry.ListLoadTestsAsync()).Select(r => r.Id));
        Assert.Contains("<svg", await registry.GetLoadTestReportAsync(run.Id));
        Assert.Empty((await registry.ListAsync([new() { Name = "*" }])).Items);

        await registry.DeleteLoadTestAsync(run.Id);
        Assert.Empty(await registry.ListLoadTestsAsync());
    }

    [Fact]
    public async Task The_report_may_load_nothing_and_run_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var registry = await SignedInAsync(app);
        var run = await EndAsync(registry, (await registry.StartLoadTestAsync(Tiny with { Workloads = [LoadTestWorkload.Search] })).Id);
        using var admin = await app.SignedInAsync();
        using var response = await admin.GetAsync($"/load-tests/{run.Id}/report");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy);
        Assert.Contains("sandbox", policy);
        Assert.DoesNotContain("<script", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task One_runs_at_a_time_and_can_be_stopped()
    {
        await using var app = await RegistryApp.StartAsync();
        var registry = await SignedInAsync(app);
        var run = await registry.StartLoadTestAsync(Tiny with { Seconds = 60, Rounds = 5 });
        var second = await Assert.ThrowsAsync<RegistryException>(() => registry.StartLoadTestAsync(Tiny));
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains(run.Id, second.Detail);

        await registry.DeleteLoadTestAsync(run.Id);
        Assert.Equal(LoadTestState.Stopped, (await registry.GetLoadTestAsync(run.Id)).State);
        Assert.Empty((await registry.ListAsync([new() { Name = "*" }])).Items);
    }

    [Fact]
    public async Task One_that_ran_when_the_registry_ended_is_stopped_and_kept()
    {
        using var data = new TemporaryDirectory();
        string id;
        await using (var app = await RegistryApp.StartOnAsync(data.Path))
        {
            id = (await (await SignedInAsync(app)).StartLoadTestAsync(Tiny with { Seconds = 60 })).Id;
        }
        await using var again = await RegistryApp.StartOnAsync(data.Path);
        var run = await (await SignedInAsync(again)).GetLoadTestAsync(id);
        Assert.NotEqual(LoadTestState.Running, run.State);
        Assert.NotNull(run.Problem);
    }

    [Theory]
    [InlineData("""{"workloads":[]}""")]
    [InlineData("""{"workloads":["whole"],"clients":100000}""")]
    [InlineData("""{"workloads":["whole"],"seconds":3601}""")]
    [InlineData("""{"workloads":["whole"],"rate":0}""")]
    [InlineData("""{"workloads":["denial"]}""")]
    public async Task What_is_out_of_bounds_is_refused(string request)
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        using var response = await admin.PostAsync("/load-tests", Zips.Json(request));
        await response.ProblemAsync(400);
    }

    [Fact]
    public async Task Only_an_admin_may_and_unknown_ones_are_not_found()
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        await admin.PostAsJsonAsync("/users", new { name = "loader", password = "a password long enough", permissions = new[] { "upload", "search", "download" } });
        using var user = await app.SignedInAsync("loader", "a password long enough");
        await (await user.PostAsync("/load-tests", Zips.Json("""{"workloads":["whole"]}"""))).ProblemAsync(403);
        await (await user.GetAsync("/load-tests")).ProblemAsync(403);
        foreach (var id in new[] { "nothing", "20260101-000000-00000000", "..%2f..%2fcatalog" }) await (await admin.GetAsync($"/load-tests/{id}")).ProblemAsync(404);
    }

    [Fact]
    public async Task Without_the_program_the_answer_says_how_to_get_it()
    {
        await using var app = await RegistryApp.StartAsync("--LoadTest:Program", "/nowhere/Acme.LoadTest.dll");
        using var admin = await app.SignedInAsync();
        using var response = await admin.PostAsync("/load-tests", Zips.Json("""{"workloads":["whole"]}"""));
        Assert.Contains("dotnet publish", await response.ProblemAsync(503));
    }

    private static async Task<RegistryClient> SignedInAsync(RegistryApp app)
    {
        var client = new RegistryClient(app.Http);
        await client.SignInAsync(RegistryApp.AdminName, RegistryApp.AdminPassword);
        return client;
    }

    private static async Task<LoadTestRun> EndAsync(RegistryClient registry, string id)
    {
        while (true)
        {
            var run = await registry.GetLoadTestAsync(id);
            if (run.State != LoadTestState.Running) return run;
            await Task.Delay(200);
        }
    }
}
