using Acme.Api.Hosting;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Acme.Api.Problems;
using Acme.Registry.Jobs;
using Microsoft.Extensions.Options;

namespace Acme.Api.Jobs;

/// <summary>How a schedule may drive background work (section <c>Jobs:Run</c>).</summary>
public sealed class RunJobsOptions
{
    /// <summary>What the schedule sends in the header <c>X-Jobs-Key</c>; at least 32 characters. Without one there is no such operation.</summary>
    [MinLength(32)]
    public string? Key { get; set; }

    /// <summary>How long one call works at most. Below the time limit of what runs the function and of the gateway before it. Default: 25 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00")]
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(25);
}

/// <summary>
/// <c>POST /jobs/run</c>, for places where nothing lives between requests, such as AWS Lambda: a schedule calls it, and the process works for as long as the
/// request is open. It is no user's operation, so it has a key of its own in place of a token, and stands in no description.
/// </summary>
internal static class RunJobsEndpoint
{
    private const string Header = "X-Jobs-Key";

    public static void MapRunJobs(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<IOptions<RunJobsOptions>>().Value is not { Key: { } key } options) return;
        var expected = Encoding.UTF8.GetBytes(key);
        routes.MapPost("/jobs/run", async Task<JsonAnswer<RunJobsResult>> (HttpRequest request, JobRunner jobs) =>
        {
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers[Header].ToString()), expected))
                throw new ProblemException(403, "Wrong key", $"The header {Header} must hold the value of Jobs:Run:Key.");
            return JsonAnswer.Ok(new RunJobsResult(await jobs.RunDueAsync(options.Limit, request.HttpContext.RequestAborted)));
        }).ExcludeFromDescription();
    }
}

/// <summary>What one call did.</summary>
/// <param name="Started">Jobs it began.</param>
internal sealed record RunJobsResult(int Started);
