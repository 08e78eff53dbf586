using Acme.Api.Authentication;
using Acme.Api.Hosting;
using Acme.Api.Problems;
using Acme.Client.Contract;
using Acme.Registry.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Acme.Api.LoadTests;

/// <summary>Load tests that an administrator orders from this registry, against itself.</summary>
internal static class LoadTestEndpoints
{
    private const int MostClients = 200;
    private const int MostRate = 2000;
    private const int MostSeconds = 60;
    private const int MostRounds = 5;
    private const int MostModels = 500;

    public static void AddLoadTests(this WebApplicationBuilder builder)
    {
        var directory = Path.Combine(builder.Configuration.DataDirectory(), "load-tests");
        builder.Services.AddSettings<LoadTestOptions>("LoadTest");
        builder.Services.AddSingleton<LoadTestProgram>();
        builder.Services.AddSingleton(new LoadTestArchive(directory));
        builder.Services.AddSingleton<LoadTestRunner>();
    }

    public static void MapLoadTests(this IEndpointRouteBuilder routes)
    {
        var tests = routes.MapGroup("/load-tests").WithTags("Load tests")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

        tests.MapPost("", StartAsync)
            .WithName("LoadTestStart").WithSummary("Start a load test of this registry")
            .WithDescription("Its clients are a process of their own that sends real requests to where this one listens. It uploads the models that it needs and deletes them afterwards. One at a time.")
            .ProducesProblem(409).ProducesProblem(503);
        tests.MapGet("", List)
            .WithName("LoadTestsList").WithSummary("List the load tests, newest first")
            .WithDescription("The last twenty of this instance, without their results.");
        tests.MapGet("/{id}", Get)
            .WithName("LoadTestGet").WithSummary("Get this load test: how far it is, or what it measured")
            .ProducesProblem(404);
        tests.MapGet("/{id}/report", ReportAsync)
            .WithName("LoadTestReport").WithSummary("Get the report of this load test as a page")
            .Produces(200, contentType: "text/html").ProducesProblem(404);
        tests.MapDelete("/{id}", DeleteAsync)
            .WithName("LoadTestDelete").WithSummary("Stop this load test, or forget it when it has ended")
            .ProducesProblem(404);
    }

    private static async Task<Accepted<LoadTestRun>> StartAsync(LoadTestRequest request, HttpContext context, LoadTestRunner runner)
    {
        var run = await runner.StartAsync(Checked(request), Caller.Of(context).User);
        return TypedResults.Accepted($"/load-tests/{run.Id}", run);
    }

    private static JsonAnswer<IReadOnlyList<LoadTestRun>> List(LoadTestRunner runner) => JsonAnswer.Ok(runner.List());

    private static JsonAnswer<LoadTestRun> Get(string id, LoadTestRunner runner) => JsonAnswer.Ok(runner.Find(id) ?? throw NoSuchTest());

    private static async Task ReportAsync(string id, HttpContext context, LoadTestRunner runner, LoadTestArchive archive)
    {
        if (runner.Find(id) is null) throw NoSuchTest();
        var path = archive.ReportPath(id);
        if (!File.Exists(path)) throw new ProblemException(404, "No report", "This load test has no report, or none yet. GET /load-tests/{id} says where it stands.");
        // The page itself allows but its own style, by its hash; both policies hold.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.SendFileAsync(path, context.RequestAborted);
    }

    private static async Task<Ok> DeleteAsync(string id, LoadTestRunner runner, LoadTestArchive archive)
    {
        if (runner.Find(id) is null) throw NoSuchTest();
        if (!await runner.StopAsync(id)) archive.Delete(id);
        return TypedResults.Ok();
    }

    /// <summary>With every default filled in.</summary>
    private static LoadTestRequest Checked(LoadTestRequest request)
    {
        var checkedRequest = request with
        {
            Clients = request.Clients ?? 20, Seconds = request.Seconds ?? 5, Rounds = request.Rounds ?? 2, Models = request.Models ?? 20,
            Workloads = [.. request.Workloads.Distinct()],
        };
        Demand(checkedRequest.Workloads.Count > 0, "workloads names at least one: whole, weights, file, resumed, metadata, search, ingest.");
        Demand(checkedRequest.Clients is >= 1 and <= MostClients, $"clients is a number from 1 to {MostClients}.");
        Demand(checkedRequest.Rate is null or (>= 1 and <= MostRate), $"rate is a number from 1 to {MostRate}, or absent.");
        Demand(checkedRequest.Seconds is >= 1 and <= MostSeconds, $"seconds is a number from 1 to {MostSeconds}.");
        Demand(checkedRequest.Rounds is >= 1 and <= MostRounds, $"rounds is a number from 1 to {MostRounds}.");
        Demand(checkedRequest.Models is >= 1 and <= MostModels, $"models is a number from 1 to {MostModels}.");
        return checkedRequest;

        static void Demand(bool holds, string what)
        {
            if (!holds) throw new ProblemException(400, "Bad load test", what);
        }
    }

    private static ProblemException NoSuchTest() => new(404, "No such load test", "There is no load test with this id. GET /load-tests lists them.");
}
