using Amazon.CDK;

namespace Acme.Infra.Cdk.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Without_context_it_is_the_cheapest_deployment()
    {
        var options = Read();
        Assert.Equal((Profile.Dev, Compute.Ecs, CatalogStore.DynamoDb, BlobStore.S3), (options.Profile, options.Compute, options.Catalog, options.Blobs));
        Assert.Equal(("acme-dev", 1, 2, 512, 30, false), (options.Name, options.MinTasks, options.MaxTasks, options.TaskCpu, options.SpoolGiB, options.Nat));
        Assert.Empty(options.CorsOrigins);
        Assert.Null(options.ImageTag);
    }

    [Theory]
    [InlineData("profile", "staging", "dev, prod")]
    [InlineData("compute", "ec2", "ecs, lambda")]
    [InlineData("catalog", "sqlite", "dynamodb, postgres")]
    [InlineData("blobs", "disk", "s3, postgres")]
    [InlineData("architecture", "arm", "arm64, x64")]
    [InlineData("name", "Acme_Prod", "lower-case")]
    [InlineData("imageTag", "a tag", "commit id")]
    [InlineData("minTasks", "0", "from 1 to 100")]
    [InlineData("maxTasks", "many", "from 1 to 100")]
    [InlineData("taskCpu", "700", "512, 1024, 2048, 4096")]
    [InlineData("spoolGiB", "500", "from 21 to 200")]
    [InlineData("nat", "yes", "true or false")]
    [InlineData("interfaceEndpoints", "1", "true or false")]
    [InlineData("databaseCapacity", "8-2", "0.5 to 128")]
    [InlineData("alarmEmail", "me", "e-mail")]
    [InlineData("monthlyBudget", "-5", "from 1 to")]
    [InlineData("corsOrigins", "*", "origins such as")]
    [InlineData("domainName", "https://x.org", "host name")]
    [InlineData("certificateArn", "arn:aws:acm:x", "certificate")]
    [InlineData("huggingFaceTokenArn", "hf_token", "ARN of a secret")]
    [InlineData("gitHubTokenArn", "ghp_token", "ARN of a secret")]
    [InlineData("gitHubRepository", "model-registry", "owner/name")]
    [InlineData("gitHubProviderArn", "arn:aws:iam::1:x", "OIDC provider")]
    public void A_wrong_value_is_refused_with_its_key_and_what_it_may_be(string key, string value, string hint)
    {
        var problem = Assert.Single(Assert.Throws<ContextException>(() => Read((key, value))).Problems, p => p.StartsWith(key, StringComparison.Ordinal));
        Assert.Contains(value, problem);
        Assert.Contains(hint, problem);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var problems = Assert.Throws<ContextException>(() => Read(("profile", "x"), ("compute", "y"), ("domainName", "registry.example.com"))).Problems;
        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, p => p.Contains("domainName and certificateArn", StringComparison.Ordinal));
    }

    [Fact]
    public void Functions_beside_Aurora_cannot_do_without_a_way_out()
    {
        Assert.True(Read(("compute", "lambda"), ("catalog", "postgres")).Nat);
        var problems = Assert.Throws<ContextException>(() => Read(("compute", "lambda"), ("blobs", "postgres"), ("nat", "false"))).Problems;
        Assert.StartsWith("nat is false", Assert.Single(problems));
    }

    [Fact]
    public void An_unset_variable_of_a_workflow_counts_as_no_value() => Assert.Null(Read(("alarmEmail", ""), ("gitHubRepository", "")).AlarmEmail);

    [Fact]
    public void Every_option_is_explained_in_the_page_for_operators()
    {
        var page = File.ReadAllText(RepositoryFiles.At("docs/operations.md"));
        var keys = typeof(DeploymentOptions).GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]);
        Assert.All(keys, key => Assert.Contains($"| `{key}` |", page));
    }

    private static DeploymentOptions Read(params (string Key, string Value)[] context) =>
        DeploymentOptions.FromContext(new App(new AppProps { Context = context.ToDictionary(c => c.Key, c => (object)c.Value) }).Node);
}
