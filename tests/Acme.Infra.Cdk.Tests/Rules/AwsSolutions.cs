using System.Text.Json.Nodes;

namespace Acme.Infra.Cdk.Tests.Rules;

/// <summary>The rules of cdk-nag's AWS Solutions pack for the kinds of resources that the templates have; its package cannot be restored everywhere.</summary>
internal static class AwsSolutions
{
    private static readonly string[] LatestRuntimes = ["nodejs22.x", "nodejs24.x", "python3.13", "python3.14"];

    public static IReadOnlyList<Rule> All { get; } =
    [
        Rule.About("AWS::ApiGatewayV2::Stage", "AwsSolutions-APIG1", "no access log", r => r["AccessLogSettings"].At("DestinationArn") is null),
        Rule.About("AWS::ApiGatewayV2::Route", "AwsSolutions-APIG4", "no authorizer", r => r["AuthorizationType"].Text() is null or "NONE"),
        Rule.About("AWS::DynamoDB::Table", "AwsSolutions-DDB3", "no point-in-time recovery", r => r["PointInTimeRecoverySpecification"].At("PointInTimeRecoveryEnabled").Text() != "true"),
        Rule.About("AWS::EC2::SecurityGroup", "AwsSolutions-EC23", "open to the world", r => r["SecurityGroupIngress"].Items().Any(IsOpen)),
        Rule.About("AWS::EC2::SecurityGroupIngress", "AwsSolutions-EC23", "open to the world", r => IsOpen(r.Json["Properties"]!)),
        Rule.About("AWS::EC2::SecurityGroup", "AwsSolutions-EC27", "no description", r => string.IsNullOrWhiteSpace(r["GroupDescription"].Text())),
        new("AwsSolutions-VPC7", "no flow log", d => d.Of("AWS::EC2::VPC").Where(vpc => !d.Of("AWS::EC2::FlowLog").Any(f => f["ResourceId"].Refers() == vpc.Id))),
        Rule.About("AWS::ECR::Repository", "AwsSolutions-ECR1", "open to everyone", r => Statements(r["RepositoryPolicyText"]).Any(s => IsAllow(s) && s["Principal"].Text() is "*" or """{"AWS":"*"}""")),
        Rule.About("AWS::ECS::TaskDefinition", "AwsSolutions-ECS2", "environment variables in the definition", r => r["ContainerDefinitions"].Items().Any(c => c["Environment"].Items().Any())),
        Rule.About("AWS::ECS::Cluster", "AwsSolutions-ECS4", "no Container Insights", r => !r["ClusterSettings"].Items().Any(s => s["Name"].Text() == "containerInsights" && s["Value"].Text() is "enabled" or "enhanced")),
        Rule.About("AWS::ECS::TaskDefinition", "AwsSolutions-ECS7", "a container without a log", r => r["ContainerDefinitions"].Items().Any(c => c["LogConfiguration"] is null)),
        Rule.About("AWS::ElasticLoadBalancingV2::LoadBalancer", "AwsSolutions-ELB2", "no access log", r => !r["LoadBalancerAttributes"].Items().Any(a => a["Key"].Text() == "access_logs.s3.enabled" && a["Value"].Text() == "true")),
        Rule.About("AWS::IAM::Role", "AwsSolutions-IAM4", "a policy that AWS manages", r => r["ManagedPolicyArns"].Items().Any(p => p.ToJsonString().Contains(":iam::aws:policy/", StringComparison.Ordinal))),
        Rule.About("AWS::IAM::Policy", "AwsSolutions-IAM5", "a wildcard", r => Statements(r["PolicyDocument"]).Any(HasWildcard)),
        Rule.About("AWS::IAM::ManagedPolicy", "AwsSolutions-IAM5", "a wildcard", r => Statements(r["PolicyDocument"]).Any(HasWildcard)),
        Rule.About("AWS::IAM::Role", "AwsSolutions-IAM5", "a wildcard", r => r["Policies"].Items().SelectMany(p => Statements(p["PolicyDocument"])).Any(HasWildcard)),
        Rule.About("AWS::KMS::Key", "AwsSolutions-KMS5", "no rotation", r => r["EnableKeyRotation"].Text() != "true"),
        Rule.About("AWS::Lambda::Function", "AwsSolutions-L1", "not the latest runtime", r => r["PackageType"].Text() != "Image" && !LatestRuntimes.Contains(r["Runtime"].Text())),
        Rule.About("AWS::RDS::DBCluster", "AwsSolutions-RDS2", "not encrypted", r => r["StorageEncrypted"].Text() != "true"),
        Rule.About("AWS::RDS::DBCluster", "AwsSolutions-RDS6", "no IAM authentication", r => r["EnableIAMDatabaseAuthentication"].Text() != "true"),
        Rule.About("AWS::RDS::DBCluster", "AwsSolutions-RDS10", "no deletion protection", r => r["DeletionProtection"].Text() != "true"),
        Rule.About("AWS::RDS::DBCluster", "AwsSolutions-RDS11", "the default port", r => r["Port"].Text() is null or "5432"),
        Rule.About("AWS::S3::Bucket", "AwsSolutions-S1", "no access log", r => r["LoggingConfiguration"] is null),
        Rule.About("AWS::S3::Bucket", "AwsSolutions-S2", "public access is not blocked", r => new[] { "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets" }.Any(b => r["PublicAccessBlockConfiguration"].At(b).Text() != "true")),
        new("AwsSolutions-S10", "TLS is not asked for", d => d.Of("AWS::S3::Bucket").Where(bucket => !d.Of("AWS::S3::BucketPolicy").Any(p => p["Bucket"].Refers() == bucket.Id && Statements(p["PolicyDocument"]).Any(RefusesPlain)))),
        new("AwsSolutions-SMG4", "not rotated", d => d.Of("AWS::SecretsManager::Secret").Where(secret => !d.Of("AWS::SecretsManager::RotationSchedule").Any(s => s["SecretId"].Refers() == secret.Id))),
        new("AwsSolutions-SNS3", "publishers need no TLS", d => d.Of("AWS::SNS::Topic").Where(topic => !d.Of("AWS::SNS::TopicPolicy").Any(p => p["Topics"].Items().Any(t => t.Refers() == topic.Id) && Statements(p["PolicyDocument"]).Any(RefusesPlain)))),
    ];

    public static IEnumerable<JsonNode> Statements(JsonNode? policy) => policy.At("Statement").Items();

    public static bool IsAllow(JsonNode statement) => statement["Effect"].Text() == "Allow";

    /// <summary>Whether an action or a resource of an allowing statement has a star. A star in a key's or a topic's own policy means that resource, not all.</summary>
    public static bool HasWildcard(JsonNode statement) =>
        IsAllow(statement) && statement["Action"].Items().Concat(statement["Resource"].Items()).Any(i => i.ToJsonString() is var text && (text.Contains('*') || text.Contains("??????", StringComparison.Ordinal)));

    private static bool RefusesPlain(JsonNode statement) =>
        statement["Effect"].Text() == "Deny" && statement.At("Condition.Bool.aws:SecureTransport").Text() == "false";

    private static bool IsOpen(JsonNode ingress) => ingress["CidrIp"].Text() == "0.0.0.0/0" || ingress["CidrIpv6"].Text() == "::/0";
}
