using System.Text;
using System.Text.Json;
using Acme.Api.Problems;
using Acme.Registry.Scoring.Policies;

namespace Acme.Api.Policies;

internal static class PolicyDocument
{
    /// <summary>The policy in a body: a whole document, or where <paramref name="names"/> allows it the name of a shipped one.</summary>
    public static ScoringPolicy Parse(JsonElement body, bool names = false)
    {
        if (names && body.ValueKind == JsonValueKind.String)
        {
            return new[] { ScoringPolicy.Default, ScoringPolicy.Strict }.FirstOrDefault(p => p.Name == body.GetString())
                ?? throw new ProblemException(400, "Not a policy", "The shipped policies are named default and strict; any other is sent as a whole document.");
        }
        try
        {
            return ScoringPolicy.Parse(Encoding.UTF8.GetBytes(body.GetRawText()), "in the body");
        }
        catch (InvalidPolicyException e)
        {
            throw new ProblemException(400, "Not a policy", e.Message);
        }
    }
}
