using Acme.Api.Hosting;
using System.Text.Json;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Scoring.Policies;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Policies;

/// <summary>The policy in force, for everyone who may search; switching it, for administrators.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        var policy = routes.MapGroup("/policy").WithTags("Policies").ProducesProblem(403);

        policy.MapGet("", Get)
            .WithName("PolicyGet").WithSummary("Get the policy in force and where it comes from")
            .RequirePermission(Permissions.Search);

        policy.MapPut("", SwitchAsync)
            .WithName("PolicySwitch").WithSummary("Switch all instances to another policy")
            .WithDescription("The body is the name of a shipped policy (default or strict) as a JSON string, or a policy document as docs/scoring.md describes it. Other instances follow within seconds; a restart keeps it. Ratings get their new verdict when they are next read.")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(409);

        policy.MapDelete("", RestoreAsync)
            .WithName("PolicyRestore").WithSummary("Go back to the policy that the configuration names")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(409);

        routes.MapPolicyDryRun();
    }

    private static JsonAnswer<Wire.CurrentPolicy> Get(PolicySource source, PolicySwitch policies) => JsonAnswer.Ok(Current(source, policies));

    private static async Task<JsonAnswer<Wire.CurrentPolicy>> SwitchAsync(JsonElement body, HttpContext context, PolicySource source, PolicySwitch policies)
    {
        var policy = PolicyDocument.Parse(body, names: true);
        try
        {
            await policies.SwitchAsync(policy, Caller.Of(context).User.Name, context.RequestAborted);
        }
        catch (InvalidPolicyException e)
        {
            throw new ProblemException(409, "Same version", e.Message);
        }
        return JsonAnswer.Ok(Current(source, policies));
    }

    private static async Task<JsonAnswer<Wire.CurrentPolicy>> RestoreAsync(HttpContext context, PolicySource source, PolicySwitch policies)
    {
        await policies.SwitchAsync(null, Caller.Of(context).User.Name, context.RequestAborted);
        return JsonAnswer.Ok(Current(source, policies));
    }

    private static Wire.CurrentPolicy Current(PolicySource source, PolicySwitch policies)
    {
        var switched = policies.Switched;
        var policy = switched?.Policy ?? source.Configured;
        return new()
        {
            Name = policy.Name,
            Version = policy.Version,
            Origin = switched is null ? Wire.PolicyOrigin.Configured : Wire.PolicyOrigin.Switched,
            Policy = policy.ToJson(),
            SwitchedBy = switched?.By,
            SwitchedAt = switched?.At.UtcDateTime,
        };
    }
}
