namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class FargateTests(Deployments deployments)
{
    public static TheoryData<string> Keys => [.. Deployments.Combinations.Where(c => c.StartsWith("ecs", StringComparison.Ordinal)), Deployments.Everything];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_bad_version_is_rolled_back_by_the_circuit_breaker(string key) =>
        Assert.All(deployments[key].Of("AWS::ECS::Service"), s =>
        {
            Assert.Equal("true", s["DeploymentConfiguration"].At("DeploymentCircuitBreaker.Enable").Text());
            Assert.Equal("true", s["DeploymentConfiguration"].At("DeploymentCircuitBreaker.Rollback").Text());
            Assert.Equal("100", s["DeploymentConfiguration"].At("MinimumHealthyPercent").Text());
        });

    [Theory]
    [MemberData(nameof(Keys))]
    public void Both_services_scale_on_CPU_and_on_requests_of_a_target(string key)
    {
        var kinds = deployments[key].Of("AWS::ApplicationAutoScaling::ScalingPolicy")
            .Select(p => p["TargetTrackingScalingPolicyConfiguration"].At("PredefinedMetricSpecification.PredefinedMetricType").Text()).ToList();
        Assert.Equal(2, kinds.Count(k => k == "ECSServiceAverageCPUUtilization"));
        Assert.Equal(2, kinds.Count(k => k == "ALBRequestCountPerTarget"));
        Assert.All(deployments[key].Of("AWS::ApplicationAutoScaling::ScalableTarget"), t => Assert.Equal(deployments[key].IsProd ? "2" : "1", t["MinCapacity"].Text()));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Tasks_run_on_the_processor_that_was_asked_for(string key) =>
        Assert.All(deployments[key].Of("AWS::ECS::TaskDefinition"), t =>
            Assert.Equal(key == Deployments.Everything ? "X86_64" : "ARM64", t["RuntimePlatform"].At("CpuArchitecture").Text()));

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_service_can_write_to_its_scratch_volume_alone(string key) =>
        Assert.All(deployments[key].Of("AWS::ECS::TaskDefinition"), t =>
        {
            var service = t["ContainerDefinitions"].Items().Single(c => c["Name"].Text() == "service");
            var mount = Assert.Single(service["MountPoints"].Items(), m => m["ReadOnly"].Text() == "false");
            Assert.Equal("/var/acme", mount["ContainerPath"].Text());
            Assert.Equal("/var/acme", service["Environment"].Items().Single(v => v["Name"].Text() == "TMPDIR")["Value"].Text());
            Assert.Contains(t["Volumes"].Items(), v => v["Name"].Text() == mount["SourceVolume"].Text());
        });

    [Theory]
    [MemberData(nameof(Keys))]
    public void Traffic_goes_from_link_to_balancer_to_tasks_to_database_and_nowhere_else(string key)
    {
        var deployment = deployments[key];
        var allowed = deployment.Of("AWS::EC2::SecurityGroupIngress")
            .Select(i => (From: Name(i["SourceSecurityGroupId"].Refers()!), To: Name(i["GroupId"].Refers()!), Port: i["FromPort"].Text()))
            .Where(i => i.To != "Endpoints").OrderBy(i => i).ToList();
        var expected = new List<(string, string, string?)>
        {
            ("Balancer", "Api", "8080"), ("Balancer", "Web", "8080"), ("Link", "Balancer", "80"), ("Link", "Balancer", "8080"), ("Web", "Balancer", "8080"),
        };
        if (deployment.UsesPostgres) expected.Add(("Api", "Database", "5433"));
        Assert.Equal(expected.OrderBy(i => i).ToList(), allowed);
        Assert.All(deployment.Of("AWS::EC2::SecurityGroup"), g => Assert.Empty(g["SecurityGroupIngress"].Items()));

        string Name(string id) => deployment.Of("AWS::EC2::SecurityGroup").Single(g => g.Id == id).Path.Split('/')[^2];
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_balancer_asks_the_API_whether_it_is_ready_and_the_web_whether_it_lives(string key)
    {
        var paths = deployments[key].Of("AWS::ElasticLoadBalancingV2::TargetGroup").ToDictionary(t => t.Path.Split('/')[^3], t => t["HealthCheckPath"].Text());
        Assert.Equal("/health", paths["Api"]);
        Assert.Equal("/alive", paths["Web"]);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_API_gets_its_secrets_from_Secrets_Manager_and_the_web_gets_none(string key)
    {
        var tasks = deployments[key].Of("AWS::ECS::TaskDefinition").ToDictionary(t => t.Path.Split('/')[^3], t => t["ContainerDefinitions"].Items().Single(c => c["Name"].Text() == "service"));
        var names = tasks["Api"]["Secrets"].Items().Select(s => s["Name"].Text()).Order().ToList();
        string[] tokens = key == Deployments.Everything ? ["Sources__GitHub__Token", "Sources__HuggingFace__Token"] : [];
        Assert.Equal(["Admin__Name", "Admin__Password", .. tokens], names);
        Assert.Empty(tasks["Web"]["Secrets"].Items());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_web_finds_the_API_at_the_balancer_without_going_round_by_the_gateway(string key)
    {
        var web = deployments[key].Of("AWS::ECS::TaskDefinition").Single(t => t.Path.Split('/')[^3] == "Web");
        var address = web["ContainerDefinitions"].Items().First()["Environment"].Items().Single(v => v["Name"].Text() == "Web__ApiAddress")["Value"]!.ToJsonString();
        Assert.Contains("\"DNSName\"", address);
        Assert.Contains(":8080\"", address);
    }
}
