using Acme.Api.Hosting;
using System.Text.Json;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Storage;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Policies;

internal static class DryRunEndpoint
{
    public static void MapPolicyDryRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/policy/dry-run", RunAsync)
            .WithName("PolicyDryRun").WithSummary("Which of the registered models would this policy reject, and why?")
            .WithDescription("The body is a policy document as docs/scoring.md describes it. Stored ratings are judged as they are; nothing changes. The response header offset, when there is one, is the cursor of the next page.")
            .WithTags("Policies")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

    private static async Task<JsonAnswer<Wire.PolicyDryRun>> RunAsync(
        JsonElement policy, HttpContext context, ICatalog catalog, RatingService ratings, string? offset = null, int limit = Paging.DefaultLimit)
    {
        var asked = PolicyDocument.Parse(policy);
        var page = await catalog.Artifacts.ListAsync([new(null, [ArtifactType.Model])], offset, Paging.Checked(limit), context.RequestAborted);
        var rejected = new List<Wire.PolicyRejection>();
        var examined = 0;
        foreach (var model in page.Items)
        {
            if (await ratings.JudgeAsync(model, asked, context.RequestAborted) is not var (verdict, net)) continue;
            examined++;
            if (!verdict.Accepted) rejected.Add(ToWire(model, verdict, net));
        }
        if (page.Next is not null) context.Response.Headers["offset"] = page.Next;
        return JsonAnswer.Ok(new Wire.PolicyDryRun { Policy = asked.Name, PolicyVersion = asked.Version, Examined = examined, Rejected = rejected });
    }

    private static Wire.PolicyRejection ToWire(Artifact model, Verdict verdict, double net) => new()
    {
        Metadata = model.ToMetadata(),
        NetScore = net,
        Reasons = [.. verdict.Failures.Select(f => new Wire.PolicyReason { Metric = f.Metric, Score = f.Score, Threshold = f.Threshold, Reason = f.Reason })],
    };
}
