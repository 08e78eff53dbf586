using Amazon.CDK;
using Amazon.CDK.AWS.ApplicationAutoScaling;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.IAM;
using Constructs;
using HealthCheck = Amazon.CDK.AWS.ElasticLoadBalancingV2.HealthCheck;
using LogGroup = Amazon.CDK.AWS.Logs.LogGroup;
using Protocol = Amazon.CDK.AWS.ElasticLoadBalancingV2.Protocol;
using Secret = Amazon.CDK.AWS.ECS.Secret;

namespace Acme.Infra.Cdk.Services;

/// <summary>One service behind the load balancer.</summary>
internal sealed record RunningService(FargateService Service, ApplicationTargetGroup Targets, LogGroup Log, ServiceTarget Target);

/// <summary>API and web as Fargate services behind one internal load balancer, each with the collector beside it.</summary>
internal sealed class FargateServices : Construct
{
    private readonly DeploymentOptions _options;
    private readonly Network _network;

    public FargateServices(Construct scope, string id, DeploymentOptions options, Surroundings surroundings, ServiceImages images, ServiceSecrets secrets)
        : base(scope, id)
    {
        (_options, _network) = (options, surroundings.Network!);
        Cluster = new Cluster(this, "Cluster", new ClusterProps { ClusterName = options.Name, Vpc = _network.Vpc, ContainerInsights = true });
        Balancer = new ApplicationLoadBalancer(this, "Balancer", new ApplicationLoadBalancerProps
        {
            Vpc = _network.Vpc,
            InternetFacing = false,
            VpcSubnets = _network.Inner,
            SecurityGroup = _network.Balancer,
            DropInvalidHeaderFields = true,
            DeletionProtection = options.IsProd,
        });
        // The gateway has put the caller's address there; another one added here would be the gateway's own.
        Balancer.SetAttribute("routing.http.xff_header_processing.mode", "preserve");
        Balancer.Answer(("AwsSolutions-ELB2", "It is internal: every request from outside is in the gateway's access log, and those of the web are in its traces."));

        var range = _network.Vpc.VpcCidrBlock;
        Api = AddService("Api", new()
        {
            Image = images.ApiContainer(),
            Program = "Acme.Api.dll",
            Cpu = options.TaskCpu,
            SpoolGiB = options.SpoolGiB,
            Settings = ServiceSettings.OfApi(options, surroundings.Storage, range),
            Secrets = SecretsOf(secrets),
            Database = surroundings.Storage.Database,
            Port = Network.ApiPort,
            Group = _network.Api,
            HealthPath = HealthPaths.Ready,
        });
        surroundings.Storage.GrantTo(Api.Service.TaskDefinition.TaskRole);
        Api.Service.TaskDefinition.TaskRole.Node.FindChild("DefaultPolicy").Answer(
            ("AwsSolutions-IAM5", "Objects of the bucket are named by their digests, not one by one; X-Ray and CloudWatch know no resource for sending traces and metrics."));
        Web = AddService("Web", new()
        {
            Image = images.WebContainer(),
            Program = "Acme.Web.dll",
            Cpu = 256,
            SpoolGiB = 21,
            Settings = ServiceSettings.OfWeb(options, $"http://{Balancer.LoadBalancerDnsName}:{Network.ApiPort}", range),
            Secrets = [],
            Port = Network.WebPort,
            Group = _network.Web,
            HealthPath = HealthPaths.Live,
        });
        Web.Service.TaskDefinition.TaskRole.Node.FindChild("DefaultPolicy").Answer(("AwsSolutions-IAM5", "X-Ray and CloudWatch know no resource for sending traces and metrics."));
    }

    public Cluster Cluster { get; }

    public ApplicationLoadBalancer Balancer { get; }

    public RunningService Api { get; }

    public RunningService Web { get; }

    private static Dictionary<string, Secret> SecretsOf(ServiceSecrets secrets)
    {
        var environment = secrets.Tokens.ToDictionary(t => t.Key, t => Secret.FromSecretsManager(t.Value));
        environment["Admin__Name"] = Secret.FromSecretsManager(secrets.Admin, "name");
        environment["Admin__Password"] = Secret.FromSecretsManager(secrets.Admin, "password");
        return environment;
    }

    private RunningService AddService(string id, Parts parts)
    {
        var scope = new Construct(this, id);
        var log = RegistryService.NewLog(scope, "Log", _options);
        var task = AddTask(scope, parts, log);
        var service = new FargateService(scope, "Service", new FargateServiceProps
        {
            Cluster = Cluster,
            ServiceName = id.ToLowerInvariant(),
            TaskDefinition = task,
            DesiredCount = _options.MinTasks,
            MinHealthyPercent = 100,
            MaxHealthyPercent = 200,
            // A version whose tasks do not become healthy is taken back by ECS itself.
            CircuitBreaker = new DeploymentCircuitBreaker { Enable = true, Rollback = true },
            VpcSubnets = _network.Tasks,
            AssignPublicIp = _network.TasksHavePublicAddresses,
            SecurityGroups = [parts.Group],
            HealthCheckGracePeriod = Duration.Seconds(60),
            PropagateTags = PropagatedTagSource.SERVICE,
            EnableECSManagedTags = true,
            EnableExecuteCommand = false,
        });
        var targets = new ApplicationTargetGroup(scope, "Targets", new ApplicationTargetGroupProps
        {
            Vpc = _network.Vpc,
            TargetType = TargetType.IP,
            Port = Network.ContainerPort,
            Protocol = ApplicationProtocol.HTTP,
            Targets = [service.LoadBalancerTarget(new LoadBalancerTargetOptions { ContainerName = "service", ContainerPort = Network.ContainerPort })],
            // Longer than the budget of an ingest, so that a task that leaves can finish what it has begun.
            DeregistrationDelay = Duration.Seconds(35),
            HealthCheck = new HealthCheck
            {
                Path = parts.HealthPath,
                Protocol = Protocol.HTTP,
                HealthyHttpCodes = "200",
                Interval = Duration.Seconds(15),
                Timeout = Duration.Seconds(5),
                HealthyThresholdCount = 2,
                UnhealthyThresholdCount = 3,
            },
        });
        var listener = new ApplicationListener(scope, "Listener", new ApplicationListenerProps
        {
            LoadBalancer = Balancer,
            Port = parts.Port,
            Protocol = ApplicationProtocol.HTTP,
            Open = false,
            DefaultTargetGroups = [targets],
        });
        Scale(service, targets);
        return new(service, targets, log, new(listener.ListenerArn));
    }

    private FargateTaskDefinition AddTask(Construct scope, Parts parts, LogGroup log)
    {
        var executionRole = new Role(scope, "ExecutionRole", new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com"), Description = "Starts the task: pulls images, reads secrets, opens logs" });
        var task = new FargateTaskDefinition(scope, "Task", new FargateTaskDefinitionProps
        {
            Family = $"{_options.Name}-{scope.Node.Id.ToLowerInvariant()}",
            Cpu = parts.Cpu,
            MemoryLimitMiB = parts.Cpu * 2,
            EphemeralStorageGiB = parts.SpoolGiB,
            ExecutionRole = executionRole,
            TaskRole = new Role(scope, "TaskRole", new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com"), Description = "What the service itself may do" }),
            RuntimePlatform = new RuntimePlatform
            {
                CpuArchitecture = _options.Architecture == Cdk.Architecture.Arm64 ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
                OperatingSystemFamily = OperatingSystemFamily.LINUX,
            },
            Volumes = [new Amazon.CDK.AWS.ECS.Volume { Name = "scratch" }],
        });
        task.Answer(("AwsSolutions-ECS2", "The variables are settings that the reviewer should see in a diff; everything secret comes from Secrets Manager beside them."));
        var container = task.AddContainer("service", new ContainerDefinitionOptions
        {
            Image = parts.Image,
            Essential = true,
            ReadonlyRootFilesystem = true,
            Environment = parts.Settings,
            Secrets = parts.Secrets,
            PortMappings = [new PortMapping { ContainerPort = Network.ContainerPort }],
            StopTimeout = Duration.Seconds(60),
            // The image has neither shell nor curl; the program asks itself.
            HealthCheck = new Amazon.CDK.AWS.ECS.HealthCheck
            {
                Command = ["CMD", "dotnet", parts.Program, "healthcheck"],
                Interval = Duration.Seconds(30),
                Timeout = Duration.Seconds(10),
                Retries = 3,
                StartPeriod = Duration.Seconds(60),
            },
            Logging = LogDriver.AwsLogs(new AwsLogDriverProps { LogGroup = log, StreamPrefix = "service", Mode = AwsLogDriverMode.NON_BLOCKING }),
        });
        container.AddMountPoints(new MountPoint { SourceVolume = "scratch", ContainerPath = ServiceSettings.FargateDirectory, ReadOnly = false });
        if (parts.Database is { } database) DatabaseToken.AddTo(task, container, database, log);
        Collector.AddTo(task, log, $"telemetry-{scope.Node.Id.ToLowerInvariant()}");
        executionRole.Node.FindChild("DefaultPolicy").Answer(("AwsSolutions-IAM5", "ecr:GetAuthorizationToken knows no resource; pulling is granted on the one repository."));
        return task;
    }

    private void Scale(FargateService service, ApplicationTargetGroup targets)
    {
        var scaling = service.AutoScaleTaskCount(new EnableScalingProps { MinCapacity = _options.MinTasks, MaxCapacity = _options.MaxTasks });
        scaling.ScaleOnCpuUtilization("Cpu", new Amazon.CDK.AWS.ECS.CpuUtilizationScalingProps
        {
            TargetUtilizationPercent = 60,
            ScaleOutCooldown = Duration.Seconds(60),
            ScaleInCooldown = Duration.Minutes(5),
        });
        scaling.ScaleOnRequestCount("Requests", new RequestCountScalingProps
        {
            TargetGroup = targets,
            // A minute's requests of one task.
            RequestsPerTarget = 6000,
            ScaleOutCooldown = Duration.Seconds(60),
            ScaleInCooldown = Duration.Minutes(5),
        });
    }

    private sealed class Parts
    {
        public required ContainerImage Image { get; init; }

        public required string Program { get; init; }

        public required int Cpu { get; init; }

        public required int SpoolGiB { get; init; }

        public required Dictionary<string, string> Settings { get; init; }

        public required Dictionary<string, Secret> Secrets { get; init; }

        /// <summary>What the service signs in to, if it does.</summary>
        public Database? Database { get; init; }

        public required int Port { get; init; }

        public required SecurityGroup Group { get; init; }

        public required string HealthPath { get; init; }
    }
}
