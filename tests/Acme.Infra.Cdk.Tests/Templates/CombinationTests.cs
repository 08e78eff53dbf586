namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class CombinationTests(Deployments deployments)
{
    public static TheoryData<string> Keys => Deployments.AllKeys;

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_deployment_has_what_its_options_name_and_nothing_else(string key)
    {
        var deployment = deployments[key];
        var parts = key == Deployments.Everything ? ["ecs", "dynamodb", "s3", "prod"] : key.Split('-');
        Assert.Equal(parts[0] == "ecs" ? 2 : 0, deployment.Of("AWS::ECS::Service").Count());
        Assert.Equal(parts[0] == "lambda", deployment.Of("AWS::Lambda::Function").Any(f => f.Path.Contains("/Lambda/Jobs/", StringComparison.Ordinal)));
        Assert.Equal(parts[1] == "dynamodb" ? 1 : 0, deployment.Of("AWS::DynamoDB::Table").Count());
        Assert.Equal(parts[2] == "s3" ? 2 : 0, deployment.Of("AWS::S3::Bucket").Count());
        Assert.Equal(deployment.UsesPostgres ? 1 : 0, deployment.Of("AWS::RDS::DBCluster").Count());
        Assert.Equal(parts[0] == "ecs" || deployment.UsesPostgres ? 1 : 0, deployment.Of("AWS::EC2::VPC").Count());
        Assert.Single(deployment.Of("AWS::ApiGatewayV2::Api"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void There_is_a_NAT_gateway_only_where_nothing_else_leads_out(string key)
    {
        var deployment = deployments[key];
        var expected = key == Deployments.Everything ? 2 : (deployment.UsesEcs, deployment.UsesPostgres, deployment.IsProd) switch
        {
            (false, true, false) => 1,
            (false, true, true) => 2,
            _ => 0,
        };
        Assert.Equal(expected, deployment.Of("AWS::EC2::NatGateway").Count());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Data_stays_in_prod_and_goes_in_dev(string key)
    {
        var deployment = deployments[key];
        foreach (var data in deployment.Of("AWS::DynamoDB::Table").Concat(deployment.Of("AWS::S3::Bucket")).Concat(deployment.Of("AWS::ECR::Repository")))
            Assert.Equal(deployment.IsProd ? "Retain" : "Delete", data.Json["DeletionPolicy"].Text());
        foreach (var cluster in deployment.Of("AWS::RDS::DBCluster"))
            Assert.Equal(deployment.IsProd ? "Snapshot" : "Delete", cluster.Json["DeletionPolicy"].Text());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void No_template_knows_the_machine_that_made_it(string key)
    {
        foreach (var template in deployments[key].Templates.Values)
        {
            var text = template.ToJsonString();
            Assert.DoesNotContain(AppContext.BaseDirectory, text);
            Assert.DoesNotContain("AWS::CDK::Metadata", text);
        }
    }
}
