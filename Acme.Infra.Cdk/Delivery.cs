using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>How versions get here: an image repository for each service, and roles that GitHub's workflows take on without a stored key.</summary>
internal sealed class Delivery : Construct
{
    private const string Issuer = "token.actions.githubusercontent.com";

    // What "cdk bootstrap" names its roles by.
    private const string Bootstrap = "hnb659fds";

    public Delivery(Construct scope, string id, DeploymentOptions options)
        : base(scope, id)
    {
        Api = AddRepository("Api", "api", options);
        Web = AddRepository("Web", "web", options);
        if (options.GitHubRepository is { } repository) AddRoles(options, repository);
    }

    public Repository Api { get; }

    public Repository Web { get; }

    private Repository AddRepository(string id, string name, DeploymentOptions options) => new(this, id, new RepositoryProps
    {
        RepositoryName = $"{options.Name}/{name}",
        ImageScanOnPush = true,
        // A tag is a commit: what was tested is what runs, and what a rollback returns to.
        ImageTagMutability = TagMutability.IMMUTABLE,
        Encryption = RepositoryEncryption.AES_256,
        LifecycleRules =
        [
            new LifecycleRule { Description = "Layers that no tag holds", TagStatus = TagStatus.UNTAGGED, MaxImageAge = Duration.Days(7), RulePriority = 1 },
            new LifecycleRule { Description = "Versions to roll back to", TagStatus = TagStatus.ANY, MaxImageCount = options.IsProd ? 50 : 10, RulePriority = 2 },
        ],
        EmptyOnDelete = !options.IsProd,
        RemovalPolicy = options.DataRemoval,
    });

    private void AddRoles(DeploymentOptions options, string repository)
    {
        var provider = options.GitHubProviderArn ?? new CfnOIDCProvider(this, "GitHub", new CfnOIDCProviderProps
        {
            Url = $"https://{Issuer}",
            ClientIdList = ["sts.amazonaws.com"],
        }).AttrArn;

        var deploy = AddRole("Deploy", $"{options.Name}-github-deploy", provider, $"repo:{repository}:environment:{options.Profile.ToString().ToLowerInvariant()}");
        deploy.AddToPolicy(AssumeBootstrap("deploy", "file-publishing", "image-publishing", "lookup"));
        deploy.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "PushImages",
            Actions =
            [
                "ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
                "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:DescribeImages",
            ],
            Resources = [Api.RepositoryArn, Web.RepositoryArn],
        }));
        deploy.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "SignInToEcr",
            Actions = ["ecr:GetAuthorizationToken"],
            // IAM knows no resource for this action: it gives a token, and what that may do is said by the statement above.
            Resources = ["*"],
        }));
        deploy.AddToPolicy(ReadOutputs(options));
        deploy.AddToPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "SmokeCredentials",
            Actions = ["secretsmanager:GetSecretValue"],
            // Secrets Manager ends each ARN with six characters of its own; there is no knowing them before the secret exists.
            Resources = [Arn("secretsmanager", "secret", $"{options.Name}/admin-??????")],
        }));
        deploy.Node.FindChild("DefaultPolicy").Answer(
            ("AwsSolutions-IAM5", "ecr:GetAuthorizationToken knows no resource; stack ids and the ends of secret ARNs are made up by AWS at creation, so the ARNs end in a wildcard after the exact name."));

        var diff = AddRole("Diff", $"{options.Name}-github-diff", provider, $"repo:{repository}:pull_request");
        diff.AddToPolicy(AssumeBootstrap("lookup"));
        diff.AddToPolicy(ReadOutputs(options));
        diff.Node.FindChild("DefaultPolicy").Answer(("AwsSolutions-IAM5", "Stack ids are made up by CloudFormation at creation, so the ARNs end in a wildcard after the exact name."));
        _ = new CfnOutput(this, "DeployRole", new CfnOutputProps { Value = deploy.RoleArn, Description = "For the variable AWS_DEPLOY_ROLE of the GitHub environment" });
        _ = new CfnOutput(this, "DiffRole", new CfnOutputProps { Value = diff.RoleArn, Description = "For the variable AWS_DIFF_ROLE of the GitHub repository" });
    }

    private Role AddRole(string id, string name, string provider, string subject) => new(this, id, new RoleProps
    {
        RoleName = name,
        MaxSessionDuration = Duration.Hours(1),
        AssumedBy = new FederatedPrincipal(
            provider,
            new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { [$"{Issuer}:aud"] = "sts.amazonaws.com", [$"{Issuer}:sub"] = subject },
            },
            "sts:AssumeRoleWithWebIdentity"),
    });

    private PolicyStatement AssumeBootstrap(params string[] roles) => new(new PolicyStatementProps
    {
        Sid = "CdkRoles",
        Actions = ["sts:AssumeRole"],
        Resources = [.. roles.Select(r => Stack.Of(this).FormatArn(new ArnComponents { Service = "iam", Region = "", Resource = "role", ResourceName = $"cdk-{Bootstrap}-{r}-role-{Aws.ACCOUNT_ID}-{Aws.REGION}" }))],
    });

    private PolicyStatement ReadOutputs(DeploymentOptions options) => new(new PolicyStatementProps
    {
        Sid = "ReadOutputs",
        Actions = ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
        Resources = [.. RegistryDeployment.Parts.Select(part => Arn("cloudformation", "stack", $"{options.Name}-{part}/*"))],
    });

    private string Arn(string service, string resource, string name) => Stack.Of(this).FormatArn(new ArnComponents
    {
        Service = service,
        Resource = resource,
        ResourceName = name,
        ArnFormat = service == "secretsmanager" ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME,
    });
}
