namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class LambdaTests(Deployments deployments)
{
    public static TheoryData<string> Keys => [.. Deployments.Combinations.Where(c => c.StartsWith("lambda", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Functions_are_the_images_that_Fargate_runs(string key)
    {
        var functions = Images(key);
        Assert.Equal(["Api", "Jobs", "Web"], functions.Keys.Order());
        Assert.All(functions.Values, f => Assert.Equal("arm64", f["Architectures"].At("0").Text()));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Only_the_schedule_may_invoke_the_function_that_does_background_work(string combination)
    {
        var jobs = Images(combination)["Jobs"];
        var permissions = deployments[combination].Of("AWS::Lambda::Permission").Where(p => p["FunctionName"].Refers() == jobs.Id).ToList();
        Assert.Equal("events.amazonaws.com", Assert.Single(permissions)["Principal"].Text());
        var rule = deployments[combination].TheOnly("AWS::Events::Rule");
        Assert.Equal("rate(1 minute)", rule["ScheduleExpression"].Text());
        Assert.Equal(jobs.Id, rule["Targets"].At("0.Arn").Refers());
        Assert.Equal("900", jobs["Timeout"].Text());
        Assert.Equal("00:14:00", jobs["Environment"].At("Variables.Jobs__Run__Limit").Text());
        var key = jobs["Environment"].At("Variables.Jobs__Run__Key")!.ToJsonString();
        Assert.Contains("{{resolve:secretsmanager:", key);
        Assert.All(Images(combination).Where(f => f.Key != "Jobs"), f => Assert.Null(f.Value["Environment"].At("Variables.Jobs__Run__Key")));
        var input = rule["Targets"].At("0.Input")!.ToJsonString();
        Assert.Contains("x-jobs-key", input);
        Assert.Contains("/jobs/run", input);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_gateway_may_invoke_the_two_functions_that_it_routes_to(string key)
    {
        var functions = Images(key);
        var invoked = deployments[key].Of("AWS::Lambda::Permission").Where(p => p["Principal"].Text() == "apigateway.amazonaws.com")
            .Select(p => p["FunctionName"].Refers()).Order();
        Assert.Equal(new[] { functions["Api"].Id, functions["Web"].Id }.Order(), invoked);
        Assert.All(functions.Where(f => f.Key != "Jobs"), f => Assert.Equal("30", f.Value["Timeout"].Text()));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Functions_join_the_network_only_for_the_database(string key)
    {
        foreach (var (name, function) in Images(key))
            Assert.Equal(deployments[key].UsesPostgres && name != "Web", function["VpcConfig"] is not null);
    }

    private Dictionary<string, Resource> Images(string key) =>
        deployments[key].Of("AWS::Lambda::Function").Where(f => f["PackageType"].Text() == "Image").ToDictionary(f => f.Path.Split('/')[^3]);
}
