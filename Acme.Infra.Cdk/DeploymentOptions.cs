using System.Text.RegularExpressions;
using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>Dev is the cheapest and deletable; prod is protected and spread over both zones.</summary>
public enum Profile
{
    /// <summary>Cheapest; everything goes when the stacks are deleted.</summary>
    Dev,

    /// <summary>Deletion protection, longer backups, at least two tasks.</summary>
    Prod,
}

/// <summary>What runs the container images.</summary>
public enum Compute
{
    /// <summary>Fargate services behind an internal load balancer.</summary>
    Ecs,

    /// <summary>Lambda functions of the same images, by the Lambda Web Adapter.</summary>
    Lambda,
}

/// <summary>What keeps the catalog.</summary>
public enum CatalogStore
{
    /// <summary>A table on demand.</summary>
    DynamoDb,

    /// <summary>Aurora PostgreSQL Serverless v2.</summary>
    Postgres,
}

/// <summary>What keeps the bytes.</summary>
public enum BlobStore
{
    /// <summary>A bucket; files leave by presigned redirect.</summary>
    S3,

    /// <summary>The same Aurora cluster.</summary>
    Postgres,
}

/// <summary>The processor that images are built for and run on.</summary>
public enum Architecture
{
    /// <summary>Graviton; about a fifth cheaper.</summary>
    Arm64,

    /// <summary>x86-64.</summary>
    X64,
}

/// <summary>
/// Everything that a deployment can be told, read from CDK context (<c>-c key=value</c> or <c>cdk.json</c>). The key is the property's name
/// beginning in lower case.
/// </summary>
public sealed partial record DeploymentOptions
{
    /// <summary>Prefix of stack and resource names, so that an account can hold several deployments. Default: <c>acme-dev</c> or <c>acme-prod</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>dev</c> (default) or <c>prod</c>.</summary>
    public Profile Profile { get; init; }

    /// <summary><c>ecs</c> (default) or <c>lambda</c>.</summary>
    public Compute Compute { get; init; }

    /// <summary><c>dynamodb</c> (default) or <c>postgres</c>.</summary>
    public CatalogStore Catalog { get; init; }

    /// <summary><c>s3</c> (default) or <c>postgres</c>.</summary>
    public BlobStore Blobs { get; init; }

    /// <summary><c>arm64</c> (default) or <c>x64</c>.</summary>
    public Architecture Architecture { get; init; }

    /// <summary>Tag of the images in the repositories of the delivery stack. Without one, <c>cdk deploy</c> builds the images of this checkout with Docker.</summary>
    public string? ImageTag { get; init; }

    /// <summary>Own host name, such as <c>registry.example.com</c>; needs <see cref="CertificateArn"/>.</summary>
    public string? DomainName { get; init; }

    /// <summary>ARN of the certificate for <see cref="DomainName"/>, in the region of the deployment.</summary>
    public string? CertificateArn { get; init; }

    /// <summary>Origins that browsers may call the API from, separated by commas, such as <c>https://ml.example.com</c>. Default: none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Tasks of each service at least: 1 to 100. Default: 1 in dev, 2 in prod.</summary>
    public int MinTasks { get; init; }

    /// <summary>Tasks of each service at most: <see cref="MinTasks"/> to 100. Default: 2 in dev, 10 in prod.</summary>
    public int MaxTasks { get; init; }

    /// <summary>CPU units of an API task (1024 is one vCPU): 512, 1024, 2048 or 4096. Default: 512 in dev, 1024 in prod.</summary>
    public int TaskCpu { get; init; }

    /// <summary>Disk of an API task for uploads and files on their way, in GiB: 21 to 200. Default: 30 in dev, 100 in prod. On Lambda at most 10.</summary>
    public int SpoolGiB { get; init; }

    /// <summary>Whether tasks get private addresses behind a NAT gateway a zone, rather than public addresses that nothing may connect to. Default: false.</summary>
    public bool Nat { get; init; }

    /// <summary>Whether calls to ECR, CloudWatch and Secrets Manager stay inside the VPC, at a price by the hour for each. Default: false.</summary>
    public bool InterfaceEndpoints { get; init; }

    /// <summary>Smallest and largest Aurora capacity in ACU, such as <c>0.5-16</c>: 0.5 to 128. Default: <c>0.5-2</c> in dev, <c>0.5-16</c> in prod.</summary>
    public (double Min, double Max) DatabaseCapacity { get; init; }

    /// <summary>Address that alarms and budget warnings are mailed to. Default: none, the topic alone.</summary>
    public string? AlarmEmail { get; init; }

    /// <summary>US dollars a month, at 80 % of which and when forecast to be exceeded a warning goes out. Default: 100 in dev, 1000 in prod.</summary>
    public int MonthlyBudget { get; init; }

    /// <summary>ARN of a secret whose text is the Hugging Face token. Default: none.</summary>
    public string? HuggingFaceTokenArn { get; init; }

    /// <summary>ARN of a secret whose text is the GitHub token. Default: none.</summary>
    public string? GitHubTokenArn { get; init; }

    /// <summary>Repository <c>owner/name</c> whose workflows may deploy. Default: none, no role for it.</summary>
    public string? GitHubRepository { get; init; }

    /// <summary>ARN of the account's OIDC provider for GitHub, where it has one already. Default: none, it is made.</summary>
    public string? GitHubProviderArn { get; init; }

    internal RetentionDays LogRetention => IsProd ? RetentionDays.THREE_MONTHS : RetentionDays.ONE_WEEK;

    /// <summary>What becomes of data when its stack is deleted: kept in prod, gone in dev.</summary>
    internal RemovalPolicy DataRemoval => IsProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    internal bool IsProd => Profile == Profile.Prod;

    internal bool UsesPostgres => Catalog == CatalogStore.Postgres || Blobs == BlobStore.Postgres;

    /// <summary>Lambda reaches DynamoDB and S3 without a VPC; Fargate and Aurora live in one.</summary>
    internal bool NeedsNetwork => Compute == Compute.Ecs || UsesPostgres;

    /// <summary>Reads the context.</summary>
    /// <exception cref="ContextException">One or more values are wrong; the message names each key.</exception>
    public static DeploymentOptions FromContext(Node node)
    {
        var context = new ContextReader(node.TryGetContext);
        var profile = context.Choice("profile", Profile.Dev);
        var prod = profile == Profile.Prod;
        var compute = context.Choice("compute", Compute.Ecs);
        var (catalog, blobs) = (context.Choice("catalog", CatalogStore.DynamoDb), context.Choice("blobs", BlobStore.S3));
        // A function in a VPC has no public address, so with Aurora it reaches the hubs through a gateway or not at all.
        var lambdaInVpc = compute == Compute.Lambda && (catalog == CatalogStore.Postgres || blobs == BlobStore.Postgres);
        var minTasks = context.Number("minTasks", prod ? 2 : 1, 1, 100);
        var options = new DeploymentOptions
        {
            Name = context.Text("name", NamePattern(), "lower-case letters, digits and hyphens, 2 to 21 characters") ?? (prod ? "acme-prod" : "acme-dev"),
            Profile = profile,
            Compute = compute,
            Catalog = catalog,
            Blobs = blobs,
            Architecture = context.Choice("architecture", Architecture.Arm64),
            ImageTag = context.Text("imageTag", TagPattern(), "a tag such as a commit id"),
            DomainName = context.Text("domainName", HostPattern(), "a host name such as registry.example.com"),
            CertificateArn = context.Text("certificateArn", CertificatePattern(), "the ARN of an ACM certificate"),
            CorsOrigins = context.List("corsOrigins", OriginPattern(), "origins such as https://ml.example.com, separated by commas"),
            MinTasks = minTasks,
            MaxTasks = context.Number("maxTasks", Math.Max(minTasks, prod ? 10 : 2), minTasks, 100),
            TaskCpu = context.OneOf("taskCpu", prod ? 1024 : 512, 512, 1024, 2048, 4096),
            SpoolGiB = compute == Compute.Ecs ? context.Number("spoolGiB", prod ? 100 : 30, 21, 200) : context.Number("spoolGiB", 10, 1, 10),
            Nat = context.Flag("nat", lambdaInVpc),
            InterfaceEndpoints = context.Flag("interfaceEndpoints", false),
            DatabaseCapacity = context.Range("databaseCapacity", (0.5, prod ? 16 : 2), 0.5, 128),
            AlarmEmail = context.Text("alarmEmail", EmailPattern(), "an e-mail address"),
            MonthlyBudget = context.Number("monthlyBudget", prod ? 1000 : 100, 1, 10_000_000),
            HuggingFaceTokenArn = context.Text("huggingFaceTokenArn", SecretPattern(), "the full ARN of a secret, with the six characters at its end"),
            GitHubTokenArn = context.Text("gitHubTokenArn", SecretPattern(), "the full ARN of a secret, with the six characters at its end"),
            GitHubRepository = context.Text("gitHubRepository", RepositoryPattern(), "owner/name"),
            GitHubProviderArn = context.Text("gitHubProviderArn", ProviderPattern(), "the ARN of an IAM OIDC provider"),
        };
        if (options.DomainName is null != options.CertificateArn is null) context.Refuse("Of domainName and certificateArn only one is given: give both or neither.");
        if (lambdaInVpc && !options.Nat) context.Refuse("nat is false, but Lambda functions beside Aurora reach Hugging Face and GitHub only through a NAT gateway: leave nat out, or choose compute=ecs.");
        context.ThrowIfWrong();
        return options;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,19}[a-z0-9]$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
    private static partial Regex HostPattern();

    [GeneratedRegex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$")]
    private static partial Regex CertificatePattern();

    [GeneratedRegex(@"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
    private static partial Regex OriginPattern();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    private static partial Regex EmailPattern();

    [GeneratedRegex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$")]
    private static partial Regex SecretPattern();

    [GeneratedRegex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token.actions.githubusercontent.com$")]
    private static partial Regex ProviderPattern();
}
