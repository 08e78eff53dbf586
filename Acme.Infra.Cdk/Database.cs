using System.Globalization;
using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.RDS;
using Amazon.CDK.AWS.SecretsManager;
using Amazon.CDK.CustomResources;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>
/// Aurora PostgreSQL Serverless v2. Tasks sign in with IAM tokens, so no password of theirs exists; the master user's is made and rotated every
/// seven days by RDS, and only the statement that makes the service's user uses it, through the Data API. Functions have nothing beside them that
/// could fetch tokens: there the service's user is the master user, with a password from Secrets Manager.
/// </summary>
internal sealed class Database : Construct
{
    private const string Name = "registry";

    /// <summary>What the service signs in as.</summary>
    public const string User = "registry_service";

    // Repeatable: it runs at every deployment that changes it.
    private const string Prepare =
        $"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{User}') THEN CREATE ROLE {User} LOGIN; END IF; " +
        $"GRANT rds_iam TO {User}; GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {Name} TO {User}; GRANT USAGE, CREATE ON SCHEMA public TO {User}; " +
        "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS btree_gin; END $$";

    private readonly CfnDBCluster _cluster;

    public Database(Construct scope, string id, DeploymentOptions options, Network network)
        : base(scope, id)
    {
        var subnets = new CfnDBSubnetGroup(this, "Subnets", new CfnDBSubnetGroupProps
        {
            DbSubnetGroupDescription = "The inner subnets of both zones",
            SubnetIds = network.Vpc.SelectSubnets(network.Inner).SubnetIds,
        });
        Identifier = $"{options.Name}-registry";
        var log = new LogGroup(this, "Log", new LogGroupProps
        {
            LogGroupName = $"/aws/rds/cluster/{Identifier}/postgresql",
            Retention = options.LogRetention,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        var byToken = options.Compute == Compute.Ecs;
        if (!byToken) Password = NewPassword(options);
        _cluster = new CfnDBCluster(this, "Cluster", new CfnDBClusterProps
        {
            DbClusterIdentifier = Identifier,
            Engine = "aurora-postgresql",
            EngineVersion = "16.4",
            DatabaseName = Name,
            Port = Network.DatabasePort,
            MasterUsername = byToken ? "registry_master" : User,
            ManageMasterUserPassword = byToken ? true : null,
            MasterUserPassword = Password?.SecretValue.UnsafeUnwrap(),
            EnableIamDatabaseAuthentication = true,
            EnableHttpEndpoint = byToken,
            StorageEncrypted = true,
            CopyTagsToSnapshot = true,
            BackupRetentionPeriod = options.IsProd ? 35 : 1,
            DeletionProtection = options.IsProd,
            EnableCloudwatchLogsExports = ["postgresql"],
            DbSubnetGroupName = subnets.Ref,
            VpcSecurityGroupIds = [network.Database!.SecurityGroupId],
            ServerlessV2ScalingConfiguration = new CfnDBCluster.ServerlessV2ScalingConfigurationProperty
            {
                MinCapacity = options.DatabaseCapacity.Min,
                MaxCapacity = options.DatabaseCapacity.Max,
            },
        });
        _cluster.AddDependency((CfnResource)log.Node.DefaultChild!);
        _cluster.ApplyRemovalPolicy(options.IsProd ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY);
        if (!options.IsProd) _cluster.Answer(("AwsSolutions-RDS10", "A dev deployment is meant to be deleted with one command; prod has deletion protection."));

        var writer = AddInstance("Writer", options, promotionTier: 0);
        // The reader is what Aurora fails over to; tier 1 keeps it as large as the writer.
        if (options.IsProd) AddInstance("Reader", options, promotionTier: 1).AddDependency(writer);
        if (byToken) AddServiceUser(options, writer);
    }

    /// <summary>Name of the cluster, as its metrics have it.</summary>
    public string Identifier { get; }

    /// <summary>Of the service's user; null where it signs in with tokens.</summary>
    public Secret? Password { get; }

    public string Host => _cluster.AttrEndpointAddress;

    /// <summary>Without the password.</summary>
    public string ConnectionString =>
        string.Create(CultureInfo.InvariantCulture, $"Host={Host};Port={Network.DatabasePort};Database={Name};Username={User};SSL Mode=VerifyFull;Root Certificate=/etc/ssl/rds/global-bundle.pem");

    /// <summary>Lets a role sign in as the service's user, and as no other.</summary>
    public void GrantConnect(IGrantable api) =>
        api.GrantPrincipal.AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "DatabaseSignIn",
            Actions = ["rds-db:connect"],
            Resources = [Stack.Of(this).FormatArn(new ArnComponents { Service = "rds-db", Resource = "dbuser", ResourceName = $"{_cluster.AttrDbClusterResourceId}/{User}", ArnFormat = ArnFormat.COLON_RESOURCE_NAME })],
        }));

    private Secret NewPassword(DeploymentOptions options)
    {
        var password = new Secret(this, "Password", new SecretProps
        {
            SecretName = $"{options.Name}/database",
            Description = "Password of the registry's user in the database",
            GenerateSecretString = new SecretStringGenerator { PasswordLength = 40, ExcludePunctuation = true },
            RemovalPolicy = options.DataRemoval,
        });
        password.Answer(("AwsSolutions-SMG4", "Functions read it when they are deployed, so that a rotation by itself would lock them out; the runbook changes secret, database and functions together."));
        return password;
    }

    private CfnDBInstance AddInstance(string id, DeploymentOptions options, int promotionTier)
    {
        var instance = new CfnDBInstance(this, id, new CfnDBInstanceProps
        {
            DbClusterIdentifier = _cluster.Ref,
            DbInstanceClass = "db.serverless",
            Engine = "aurora-postgresql",
            PromotionTier = promotionTier,
            PubliclyAccessible = false,
            AutoMinorVersionUpgrade = true,
            EnablePerformanceInsights = options.IsProd,
            CaCertificateIdentifier = "rds-ca-rsa2048-g1",
        });
        instance.ApplyRemovalPolicy(RemovalPolicy.DESTROY);
        return instance;
    }

    private void AddServiceUser(DeploymentOptions options, CfnDBInstance writer)
    {
        var masterSecret = _cluster.GetAtt("MasterUserSecret.SecretArn").ToString();
        var log = new LogGroup(this, "PrepareLog", new LogGroupProps { Retention = options.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY });
        var role = new Role(this, "PrepareRole", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        log.GrantWrite(role);
        var call = new AwsSdkCall
        {
            Service = "RDSDataService",
            Action = "executeStatement",
            Parameters = new Dictionary<string, object>
            {
                ["resourceArn"] = _cluster.AttrDbClusterArn,
                ["secretArn"] = masterSecret,
                ["database"] = Name,
                ["sql"] = Prepare,
            },
            PhysicalResourceId = PhysicalResourceId.Of(User),
        };
        var prepare = new AwsCustomResource(this, "Prepare", new AwsCustomResourceProps
        {
            OnCreate = call,
            OnUpdate = call,
            InstallLatestAwsSdk = false,
            LogGroup = log,
            Role = role,
            Policy = AwsCustomResourcePolicy.FromStatements(
            [
                new PolicyStatement(new PolicyStatementProps { Sid = "Statement", Actions = ["rds-data:ExecuteStatement"], Resources = [_cluster.AttrDbClusterArn] }),
                new PolicyStatement(new PolicyStatementProps { Sid = "MasterSecret", Actions = ["secretsmanager:GetSecretValue"], Resources = [masterSecret] }),
            ]),
        });
        prepare.Node.AddDependency(writer);
        foreach (var function in Stack.Of(this).Node.Children.Where(c => c.Node.Id.StartsWith("AWS679f53fac002430cb0da5b7982bd2287", StringComparison.Ordinal)))
            function.Answer(("AwsSolutions-L1", "CDK's own function for a single call of the AWS API; its runtime comes with the version of CDK."));
    }
}
