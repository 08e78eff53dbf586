namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class DeliveryTests(Deployments deployments)
{
    private Deployment Full => deployments[Deployments.Everything];

    [Fact]
    public void Without_a_repository_nobody_on_GitHub_may_do_anything()
    {
        Assert.DoesNotContain(deployments["ecs-dynamodb-s3-prod"].AllResources, r => r.Stack == "delivery" && r.Kind.StartsWith("AWS::IAM", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("acme-full-github-deploy", "repo:acme/model-registry:environment:prod")]
    [InlineData("acme-full-github-diff", "repo:acme/model-registry:pull_request")]
    public void Each_role_is_for_one_kind_of_run_of_one_repository(string role, string subject)
    {
        var trust = Full.Of("AWS::IAM::Role").Single(r => r["RoleName"].Text() == role)["AssumeRolePolicyDocument"].At("Statement.0");
        var condition = trust.At("Condition.StringEquals")!;
        Assert.Equal(subject, condition["token.actions.githubusercontent.com:sub"].Text());
        Assert.Equal("sts.amazonaws.com", condition["token.actions.githubusercontent.com:aud"].Text());
        Assert.Equal("sts:AssumeRoleWithWebIdentity", trust.At("Action").Text());
    }

    [Fact]
    public void The_role_of_pull_requests_can_only_look()
    {
        var policy = Full.Of("AWS::IAM::Policy").Single(p => p.Path.Contains("/Delivery/Diff/", StringComparison.Ordinal))["PolicyDocument"].At("Statement").Items().ToList();
        Assert.Equal(["cloudformation:DescribeStacks", "cloudformation:GetTemplate", "sts:AssumeRole"], policy.SelectMany(s => s["Action"].Items()).Select(a => a.Text()).Order());
        Assert.Contains("-lookup-role-", policy.Single(s => s["Action"].Text() == "sts:AssumeRole")["Resource"]!.ToJsonString());
    }

    [Fact]
    public void The_role_that_deploys_pushes_to_the_two_repositories_only()
    {
        var statements = Full.Of("AWS::IAM::Policy").Single(p => p.Path.Contains("/Delivery/Deploy/", StringComparison.Ordinal))["PolicyDocument"].At("Statement").Items();
        var push = statements.Single(s => s["Sid"].Text() == "PushImages");
        var repositories = Full.Of("AWS::ECR::Repository").Select(r => r.Id).ToHashSet();
        Assert.Equal(repositories, push["Resource"].Items().Select(r => r.Refers()!).ToHashSet());
    }
}
