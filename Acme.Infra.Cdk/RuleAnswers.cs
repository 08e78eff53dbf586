using Amazon.CDK;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>
/// Answers findings of the AWS Solutions rule pack where it is by decision that a resource does not follow a rule. They are written into the
/// template in the form that cdk-nag reads, and the tests refuse one that answers nothing.
/// </summary>
internal static class RuleAnswers
{
    /// <summary>Says why this resource (or the one that this construct stands for) does not follow a rule.</summary>
    /// <param name="construct">A resource, or a construct whose default child is one.</param>
    /// <param name="answers">Rules such as <c>AwsSolutions-IAM5</c>, each with the reason.</param>
    public static void Answer(this IConstruct construct, params (string Rule, string Reason)[] answers)
    {
        var resource = (construct as CfnResource) ?? (CfnResource)construct.Node.DefaultChild!;
        resource.AddMetadata("cdk_nag", new Dictionary<string, object>
        {
            ["rules_to_suppress"] = answers.Select(a => new Dictionary<string, object> { ["id"] = a.Rule, ["reason"] = a.Reason }).ToArray(),
        });
    }
}
