using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>
/// Two zones. Tasks are in public subnets with addresses that no security group lets anyone connect to, or, with <c>nat</c>, in private
/// ones; load balancer and database are in subnets without a way out. S3 and DynamoDB are reached by gateway endpoints, which cost nothing.
/// </summary>
internal sealed class Network : Construct
{
    /// <summary>Where containers and the load balancer's targets listen.</summary>
    public const int ContainerPort = 8080;

    /// <summary>Where the internal load balancer answers for the API.</summary>
    public const int ApiPort = 8080;

    /// <summary>Where the internal load balancer answers for the web.</summary>
    public const int WebPort = 80;

    /// <summary>Not PostgreSQL's own 5432, which scanners try first.</summary>
    public const int DatabasePort = 5433;

    private const string Range = "10.64.0.0/16";

    public Network(Construct scope, string id, DeploymentOptions options)
        : base(scope, id)
    {
        var subnets = new List<ISubnetConfiguration> { new SubnetConfiguration { Name = "public", SubnetType = SubnetType.PUBLIC, CidrMask = 20 } };
        if (options.Nat) subnets.Add(new SubnetConfiguration { Name = "private", SubnetType = SubnetType.PRIVATE_WITH_EGRESS, CidrMask = 20 });
        subnets.Add(new SubnetConfiguration { Name = "inner", SubnetType = SubnetType.PRIVATE_ISOLATED, CidrMask = 20 });
        Vpc = new Vpc(this, "Vpc", new VpcProps
        {
            IpAddresses = IpAddresses.Cidr(Range),
            MaxAzs = 2,
            // In dev one gateway serves both zones: half the price, and a zone's failure takes the way out along.
            NatGateways = options.Nat ? (options.IsProd ? 2 : 1) : 0,
            SubnetConfiguration = [.. subnets],
            RestrictDefaultSecurityGroup = false,
            GatewayEndpoints = new Dictionary<string, IGatewayVpcEndpointOptions>
            {
                ["S3"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.S3 },
                ["DynamoDb"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.DYNAMODB },
            },
        });
        Tasks = new SubnetSelection { SubnetType = options.Nat ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC };
        TasksHavePublicAddresses = !options.Nat;
        AddFlowLog(options);

        Link = Group("Link", "The gateway's VPC link");
        Balancer = Group("Balancer", "The internal load balancer");
        Api = Group("Api", "Tasks or functions of the API");
        Web = Group("Web", "Tasks of the web");
        if (options.Compute == Compute.Ecs)
        {
            Allow(Link, Balancer, ApiPort, "gateway to the API");
            Allow(Link, Balancer, WebPort, "gateway to the web");
            Allow(Web, Balancer, ApiPort, "web to the API");
            Allow(Balancer, Api, ContainerPort, "load balancer to API tasks");
            Allow(Balancer, Web, ContainerPort, "load balancer to web tasks");
        }
        // Hugging Face, GitHub, Kaggle, ZIP URLs and AWS itself: no list of addresses covers them. What hosts may be asked is checked in the service.
        Api.AddEgressRule(Peer.AnyIpv4(), Port.Tcp(443), "sources and AWS by TLS");
        Api.AddEgressRule(Peer.AnyIpv4(), Port.Tcp(80), "ZIP URLs without TLS");
        Web.AddEgressRule(Peer.AnyIpv4(), Port.Tcp(443), "AWS by TLS");
        if (options.UsesPostgres)
        {
            Database = Group("Database", "Aurora");
            Allow(Api, Database, DatabasePort, "API to the database");
        }
        if (options.InterfaceEndpoints) AddInterfaceEndpoints();
    }

    public Vpc Vpc { get; }

    /// <summary>Where tasks and functions are.</summary>
    public ISubnetSelection Tasks { get; }

    public bool TasksHavePublicAddresses { get; }

    /// <summary>Where the load balancer, the gateway's link and the database are.</summary>
    public ISubnetSelection Inner { get; } = new SubnetSelection { SubnetType = SubnetType.PRIVATE_ISOLATED };

    public SecurityGroup Link { get; }

    public SecurityGroup Balancer { get; }

    public SecurityGroup Api { get; }

    public SecurityGroup Web { get; }

    public SecurityGroup? Database { get; }

    private SecurityGroup Group(string id, string description) =>
        new(this, id, new SecurityGroupProps { Vpc = Vpc, Description = description, AllowAllOutbound = false });

    private static void Allow(SecurityGroup from, SecurityGroup to, int port, string why)
    {
        to.AddIngressRule(from, Port.Tcp(port), why);
        from.AddEgressRule(to, Port.Tcp(port), why);
    }

    private void AddFlowLog(DeploymentOptions options)
    {
        var log = new LogGroup(this, "FlowLog", new LogGroupProps { Retention = options.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY });
        var role = new Role(this, "FlowLogRole", new RoleProps { AssumedBy = new ServicePrincipal("vpc-flow-logs.amazonaws.com") });
        Vpc.AddFlowLog("Flows", new FlowLogOptions
        {
            Destination = FlowLogDestination.ToCloudWatchLogs(log, role),
            // Refused connections are what an investigation starts from; all of them cost more than a dev deployment is worth.
            TrafficType = options.IsProd ? FlowLogTrafficType.ALL : FlowLogTrafficType.REJECT,
        });
    }

    private void AddInterfaceEndpoints()
    {
        var endpoints = new SecurityGroup(this, "Endpoints", new SecurityGroupProps { Vpc = Vpc, Description = "Interface endpoints", AllowAllOutbound = false });
        foreach (var from in new[] { Api, Web }) Allow(from, endpoints, 443, "to AWS inside the VPC");
        foreach (var (name, service) in new (string, InterfaceVpcEndpointAwsService)[]
        {
            ("EcrApi", InterfaceVpcEndpointAwsService.ECR), ("EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER),
            ("Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS), ("Monitoring", InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING),
            ("Traces", InterfaceVpcEndpointAwsService.XRAY), ("Secrets", InterfaceVpcEndpointAwsService.SECRETS_MANAGER),
        })
        {
            Vpc.AddInterfaceEndpoint(name, new InterfaceVpcEndpointOptions { Service = service, Subnets = Inner, SecurityGroups = [endpoints], Open = false });
        }
    }
}
