using Acme.Api.Hosting;
using System.Text.Json;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Jobs;

/// <summary>The background work that is waiting or under way, for administrators.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/jobs", ListAsync)
            .WithName("JobsList").WithSummary("List the background work")
            .WithDescription("Finished work is not in it. last_error is known to the instance at which the attempt failed. How far the files of a mirror job are, GET /artifacts/{type}/{id}/summary tells.")
            .WithTags("Registry")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

    private static async Task<JsonAnswer<IReadOnlyList<Wire.JobDetails>>> ListAsync(
        HttpContext context, ICatalog catalog, JobRunner runner, TimeProvider time, string? offset = null, int limit = Paging.DefaultLimit)
    {
        var page = await catalog.Jobs.ListAsync(offset, Paging.Checked(limit), context.RequestAborted);
        var now = time.GetUtcNow();
        var failures = runner.Failures.GroupBy(f => f.JobId).ToDictionary(g => g.Key, g => g.Last().Reason);
        return JsonAnswer.Ok(Paging.Answer(context, page, job =>
        {
            var isHeld = job.Owner is not null && job.LeasedUntil > now;
            var (artifact, name) = SubjectOf(job);
            return new Wire.JobDetails
            {
                Id = job.Id,
                Kind = job.Kind,
                ArtifactId = artifact,
                Name = name,
                State = isHeld ? Wire.JobState.Running : job.DueAt <= now ? Wire.JobState.Due : Wire.JobState.Scheduled,
                DueAt = job.DueAt.UtcDateTime,
                Attempts = job.Attempts,
                Owner = isHeld ? job.Owner : null,
                LeasedUntil = isHeld ? job.LeasedUntil.UtcDateTime : null,
                LastError = failures.GetValueOrDefault(job.Id),
            };
        }));
    }

    // Handlers keep their payloads to themselves; what several of them have in common is how they name an artifact.
    private static (string? Artifact, string? Name) SubjectOf(Job job)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var root = payload.RootElement;
        if (root.ValueKind == JsonValueKind.String) return (ArtifactId.TryParse(root.GetString(), null, out var id) ? id.ToString() : null, null);
        if (root.ValueKind != JsonValueKind.Object) return (null, null);
        return (Text(root, "Artifact") ?? Text(root, "Id"), Text(root, "Name"));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
