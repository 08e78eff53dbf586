using System.Text.Json.Nodes;

namespace Acme.Infra.Cdk.Tests.Rules;

public sealed class RuleTests(Deployments deployments)
{
    private static IEnumerable<Rule> All => AwsSolutions.All.Concat(OwnRules.All);

    public static TheoryData<string> Ids => [.. All.Select(r => r.Id).Distinct()];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_resource_that_breaks_a_rule_says_why(string id)
    {
        var unanswered =
            from deployment in deployments.All
            from rule in All.Where(r => r.Id == id)
            from resource in rule.Find(deployment)
            where !resource.Answers.ContainsKey(id)
            select $"{deployment.Key}: {resource} at {resource.Path}: {rule.Meaning}";
        Assert.Empty(unanswered);
    }

    [Fact]
    public void No_answer_is_left_of_a_finding_that_is_gone()
    {
        // An answer may stand where only some combinations have the finding, so it is held to all of them together.
        var found = new HashSet<(string Construct, string Rule)>();
        var answered = new HashSet<(string Construct, string Rule)>();
        foreach (var deployment in deployments.All)
        {
            foreach (var rule in All)
            {
                foreach (var resource in rule.Find(deployment)) found.Add((Below(resource), rule.Id));
            }
            foreach (var resource in deployment.AllResources)
            {
                foreach (var rule in resource.Answers.Keys) answered.Add((Below(resource), rule));
            }
        }
        Assert.NotEmpty(answered);
        Assert.Empty(answered.Except(found));

        // Without the name of the deployment.
        static string Below(Resource resource) => resource.Path[(resource.Path.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    [Fact]
    public void Every_answer_gives_a_reason()
    {
        var answers = deployments.All.SelectMany(d => d.AllResources).SelectMany(r => r.Answers.Values).Distinct();
        Assert.All(answers, reason => Assert.True(reason.Length >= 40 && reason.EndsWith('.'), reason));
    }

    public static TheoryData<string, string> Offenders => new()
    {
        { "AwsSolutions-EC23", """{"Type":"AWS::EC2::SecurityGroup","Properties":{"SecurityGroupIngress":[{"CidrIp":"0.0.0.0/0"}]}}""" },
        { "AwsSolutions-IAM5", """{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}}}""" },
        { "AwsSolutions-S2", """{"Type":"AWS::S3::Bucket","Properties":{}}""" },
        { "AwsSolutions-S10", """{"Type":"AWS::S3::Bucket","Properties":{}}""" },
        { "AwsSolutions-DDB3", """{"Type":"AWS::DynamoDB::Table","Properties":{}}""" },
        { "AwsSolutions-ECS7", """{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Name":"x"}]}}""" },
        { "Acme-StarAction", """{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":{"Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:x"}}}}""" },
        { "Acme-LogRetention", """{"Type":"AWS::Logs::LogGroup","Properties":{}}""" },
        { "Acme-AlarmAction", """{"Type":"AWS::CloudWatch::Alarm","Properties":{}}""" },
        { "Acme-PublicBucket", """{"Type":"AWS::S3::BucketPolicy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Principal":"*"}]}}}""" },
        { "Acme-PlainSecret", """{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Environment":[{"Name":"Admin__Password","Value":"x"}]}]}}""" },
        { "Acme-ReadOnlyRoot", """{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Name":"x"}]}}""" },
    };

    [Theory]
    [MemberData(nameof(Offenders))]
    public void A_rule_finds_what_breaks_it(string id, string resource)
    {
        var deployment = Deployment.Of("made-up", new JsonObject { ["Resources"] = new JsonObject { ["Offender"] = JsonNode.Parse(resource) } });
        Assert.Contains(All.Where(r => r.Id == id), rule => rule.Find(deployment).Any());
    }
}
