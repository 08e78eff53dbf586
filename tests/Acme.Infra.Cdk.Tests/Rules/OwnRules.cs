namespace Acme.Infra.Cdk.Tests.Rules;

/// <summary>What we ask beyond the pack.</summary>
internal static class OwnRules
{
    private static readonly string[] SecretWords = ["Password", "Token", "Secret", "Key"];

    // As the service authorization reference has it, or, for interfaces of a VPC, under names that Lambda makes up.
    private static readonly string[] KnowNoResource =
    [
        "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData",
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:PutSpans", "xray:PutSpansForIndexing",
        "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
    ];

    public static IReadOnlyList<Rule> All { get; } =
    [
        Rule.About("AWS::IAM::Policy", "Acme-StarAction", "an action that is a star or ends in one", r => AwsSolutions.Statements(r["PolicyDocument"]).Any(s => AwsSolutions.IsAllow(s) && s["Action"].Items().Any(a => a.Text()!.EndsWith('*')))),
        Rule.About("AWS::IAM::Policy", "Acme-StarResource", "everything, for an action that could name a resource", r => AwsSolutions.Statements(r["PolicyDocument"]).Any(s => s["Resource"].Text() == "*" && s["Action"].Items().Any(a => !KnowNoResource.Contains(a.Text())))),
        Rule.About("AWS::Logs::LogGroup", "Acme-LogRetention", "kept for ever", r => r["RetentionInDays"] is null),
        Rule.About("AWS::CloudWatch::Alarm", "Acme-AlarmAction", "tells nobody", r => !r["AlarmActions"].Items().Any()),
        Rule.About("AWS::S3::BucketPolicy", "Acme-PublicBucket", "lets everyone in", r => AwsSolutions.Statements(r["PolicyDocument"]).Any(s => AwsSolutions.IsAllow(s) && s["Principal"].Text() is "*" or """{"AWS":"*"}""")),
        Rule.About("AWS::S3::Bucket", "Acme-BucketEncryption", "not encrypted", r => r["BucketEncryption"] is null),
        Rule.About("AWS::SNS::Topic", "Acme-TopicEncryption", "not encrypted", r => r["KmsMasterKeyId"] is null),
        Rule.About("AWS::ECS::TaskDefinition", "Acme-ReadOnlyRoot", "a root file system that can be written to", r => r["ContainerDefinitions"].Items().Any(c => c["ReadonlyRootFilesystem"].Text() != "true")),
        Rule.About("AWS::ECS::TaskDefinition", "Acme-ContainerHealth", "a container that nobody asks for its health", r => r["ContainerDefinitions"].Items().Any(c => c["HealthCheck"] is null)),
        Rule.About("AWS::ECS::TaskDefinition", "Acme-PlainSecret", "a secret among the plain variables", r => r["ContainerDefinitions"].Items().SelectMany(c => c["Environment"].Items()).Any(v => IsSecretName(v["Name"].Text()!))),
        Rule.About("AWS::Lambda::Function", "Acme-PlainSecret", "a secret that is not a reference to Secrets Manager", r => (r["Environment"].At("Variables")?.AsObject() ?? []).Any(v => IsSecretName(v.Key) && !v.Value!.ToJsonString().Contains("{{resolve:secretsmanager:", StringComparison.Ordinal))),
        Rule.About("AWS::Lambda::Function", "Acme-FunctionLog", "a log that nobody bounds", r => r["LoggingConfig"].At("LogGroup") is null),
        Rule.About("AWS::ElasticLoadBalancingV2::LoadBalancer", "Acme-InternalBalancer", "open to the internet", r => r["Scheme"].Text() != "internal"),
        Rule.About("AWS::RDS::DBInstance", "Acme-PrivateDatabase", "has a public address", r => r["PubliclyAccessible"].Text() != "false"),
        Rule.About("AWS::ECR::Repository", "Acme-ImageScan", "images are not scanned, or a tag can move", r => r["ImageScanningConfiguration"].At("ScanOnPush").Text() != "true" || r["ImageTagMutability"].Text() != "IMMUTABLE"),
    ];

    private static bool IsSecretName(string name) =>
        name.Contains("__", StringComparison.Ordinal) && SecretWords.Any(w => name.EndsWith(w, StringComparison.Ordinal));
}
