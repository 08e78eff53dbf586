using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Constructs;

namespace Acme.Infra.Cdk.Services;

/// <summary>
/// The same images as functions, by the Lambda Web Adapter that lies in them. Nothing runs between requests, so a third function, which
/// nothing but the schedule may invoke, does the background work that is due.
/// </summary>
internal sealed class LambdaFunctions : Construct
{
    private const string JobsPath = "/jobs/run";

    // Functions are called by the adapter in their own sandbox; the caller's address is what the gateway wrote.
    private const string Adapter = "127.0.0.1";

    private readonly DeploymentOptions _options;
    private readonly Network? _network;

    public LambdaFunctions(Construct scope, string id, DeploymentOptions options, Surroundings surroundings, ServiceImages images, ServiceSecrets secrets)
        : base(scope, id)
    {
        _options = options;
        // Only the database is inside a VPC.
        _network = options.UsesPostgres ? surroundings.Network : null;

        var api = ServiceSettings.OfApi(options, surroundings.Storage, Adapter);
        // A function has no other way to be given a secret: it is read when deploying, and kept encrypted with the function's configuration.
        api["Admin__Name"] = secrets.Admin.SecretValueFromJson("name").UnsafeUnwrap();
        api["Admin__Password"] = secrets.Admin.SecretValueFromJson("password").UnsafeUnwrap();
        if (surroundings.Storage.Database?.Password is { } password) api["Postgres__Password"] = password.SecretValue.UnsafeUnwrap();
        foreach (var (name, secret) in secrets.Tokens) api[name] = secret.SecretValue.UnsafeUnwrap();

        Api = AddFunction("Api", images.ApiFunction(), Merge(api, ServiceSettings.OfLambda()), Duration.Seconds(30), usesStorage: true);
        var key = secrets.JobsKey!.SecretValue.UnsafeUnwrap();
        // Without the key there is no such operation, so that it is nowhere behind the gateway.
        Jobs = AddFunction("Jobs", images.ApiFunction(), Merge(api, ServiceSettings.OfLambda(), ServiceSettings.OfJobs(key)), Duration.Minutes(15), usesStorage: true);
        Web = AddFunction("Web", images.WebFunction(), Merge(ServiceSettings.OfWeb(options, surroundings.PublicAddress, Adapter), ServiceSettings.OfLambdaAdapter()), Duration.Seconds(30), usesStorage: false);
        foreach (var function in new[] { Api, Jobs }) surroundings.Storage.GrantTo(function);
        foreach (var function in new[] { Api, Jobs, Web })
        {
            function.Role!.Node.FindChild("DefaultPolicy").Answer(
                ("AwsSolutions-IAM5", "Objects of the bucket are named by their digests, not one by one; X-Ray and the network interfaces of a VPC know no resource."));
        }

        _ = new Rule(this, "Schedule", new RuleProps
        {
            Description = "Does the background work that is due",
            Schedule = Schedule.Rate(Duration.Minutes(1)),
            Targets = [new LambdaFunction(Jobs, new LambdaFunctionProps { RetryAttempts = 0, Event = RuleTargetInput.FromObject(JobsRequest(key)) })],
        });
    }

    public DockerImageFunction Api { get; }

    public DockerImageFunction Jobs { get; }

    public DockerImageFunction Web { get; }

    /// <summary>How the gateway calls a function.</summary>
    public static ServiceTarget TargetOf(DockerImageFunction function) => new(function.FunctionArn, sourceArn => function.AddPermission("Gateway", new Permission
    {
        Principal = new ServicePrincipal("apigateway.amazonaws.com"),
        SourceArn = sourceArn,
    }));

    /// <summary>The request as the gateway would pass it on, which is what the adapter turns into HTTP.</summary>
    private static Dictionary<string, object> JobsRequest(string key) => new()
    {
        ["version"] = "2.0",
        ["routeKey"] = "$default",
        ["rawPath"] = JobsPath,
        ["rawQueryString"] = "",
        ["headers"] = new Dictionary<string, object> { ["host"] = "schedule", ["content-length"] = "0", ["x-jobs-key"] = key },
        ["isBase64Encoded"] = false,
        ["requestContext"] = new Dictionary<string, object>
        {
            ["accountId"] = "anonymous",
            ["apiId"] = "schedule",
            ["domainName"] = "schedule",
            ["domainPrefix"] = "schedule",
            ["requestId"] = "schedule",
            ["routeKey"] = "$default",
            ["stage"] = "$default",
            ["time"] = "01/Jan/2026:00:00:00 +0000",
            ["timeEpoch"] = 1767225600000,
            ["http"] = new Dictionary<string, object> { ["method"] = "POST", ["path"] = JobsPath, ["protocol"] = "HTTP/1.1", ["sourceIp"] = Adapter, ["userAgent"] = "schedule" },
        },
    };

    private static Dictionary<string, string> Merge(params Dictionary<string, string>[] settings) =>
        settings.SelectMany(s => s).ToDictionary(s => s.Key, s => s.Value);

    private DockerImageFunction AddFunction(string id, DockerImageCode image, Dictionary<string, string> settings, Duration timeout, bool usesStorage)
    {
        var scope = new Construct(this, id);
        var log = RegistryService.NewLog(scope, "Log", _options);
        var role = new Role(scope, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Sid = "WriteLog", Actions = ["logs:CreateLogStream", "logs:PutLogEvents"], Resources = [$"{log.LogGroupArn}"] }));
        var network = usesStorage ? _network : null;
        if (network is not null)
        {
            role.AddToPolicy(new PolicyStatement(new PolicyStatementProps
            {
                Sid = "JoinNetwork",
                Actions = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
                // The interfaces are Lambda's own, made under names that are not known before.
                Resources = ["*"],
            }));
        }
        return new(scope, "Function", new DockerImageFunctionProps
        {
            FunctionName = $"{_options.Name}-{id.ToLowerInvariant()}",
            Code = image,
            Architecture = _options.Architecture == Cdk.Architecture.Arm64 ? Amazon.CDK.AWS.Lambda.Architecture.ARM_64 : Amazon.CDK.AWS.Lambda.Architecture.X86_64,
            MemorySize = usesStorage ? 1769 : 512,
            EphemeralStorageSize = usesStorage ? Size.Gibibytes(_options.SpoolGiB) : null,
            Timeout = timeout,
            Environment = settings,
            Role = role,
            LogGroup = log,
            Tracing = Tracing.ACTIVE,
            Vpc = network?.Vpc,
            VpcSubnets = network?.Tasks,
            SecurityGroups = network is null ? null : [network.Api],
        });
    }
}
