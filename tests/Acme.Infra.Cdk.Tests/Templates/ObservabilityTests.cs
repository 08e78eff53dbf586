using System.Text.RegularExpressions;

namespace Acme.Infra.Cdk.Tests.Templates;

public sealed partial class ObservabilityTests(Deployments deployments)
{
    public static TheoryData<string> Keys => Deployments.AllKeys;

    [Theory]
    [MemberData(nameof(Keys))]
    public void There_are_alarms_for_errors_latency_throttles_queue_and_edge(string key)
    {
        var names = deployments[key].Of("AWS::CloudWatch::Alarm").Select(a => Anchor(a["AlarmName"].Text()!)).ToHashSet();
        Assert.All(new[] { "alarm-error-rate", "alarm-edge-5xx", "alarm-slow-reads", "alarm-throttled", "alarm-queue-age" }, name => Assert.Contains(name, names));
        Assert.Equal(key == Deployments.Everything || key.Contains("dynamodb", StringComparison.Ordinal), names.Contains("alarm-catalog-throttled"));
        Assert.Equal(deployments[key].UsesPostgres, names.Contains("alarm-database-full"));
        Assert.Equal(deployments[key].UsesEcs, names.Contains("alarm-api-tasks") && names.Contains("alarm-spool-full"));
        Assert.Equal(!deployments[key].UsesEcs, names.Contains("alarm-jobs-function-errors"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_alarm_tells_the_topic_when_it_goes_off_and_when_it_is_over(string key)
    {
        var topic = deployments[key].TheOnly("AWS::SNS::Topic");
        Assert.All(deployments[key].Of("AWS::CloudWatch::Alarm"), alarm =>
        {
            Assert.Equal(topic.Id, Assert.Single(alarm["AlarmActions"].Items()).Refers());
            Assert.Equal(topic.Id, Assert.Single(alarm["OKActions"].Items()).Refers());
        });
    }

    [Fact]
    public void Every_alarm_has_its_section_in_the_runbook_and_every_section_its_alarm()
    {
        var runbook = File.ReadAllText(RepositoryFiles.At("docs/operations.md"));
        var alarms = deployments.All.SelectMany(d => d.Of("AWS::CloudWatch::Alarm")).ToList();
        Assert.All(alarms, alarm => Assert.EndsWith($"docs/operations.md#{Anchor(alarm["AlarmName"].Text()!)}", alarm["AlarmDescription"].Text()));
        var sections = Heading().Matches(runbook).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(alarms.Select(a => Anchor(a["AlarmName"].Text()!)).Distinct().Order(), sections.Order());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_budget_warns_through_the_same_topic(string key)
    {
        var deployment = deployments[key];
        var budget = deployment.TheOnly("AWS::Budgets::Budget");
        Assert.Equal(deployment.IsProd ? "1000" : "100", budget["Budget"].At("BudgetLimit.Amount").Text());
        Assert.Equal(["ACTUAL", "FORECASTED"], budget["NotificationsWithSubscribers"].Items().Select(n => n.At("Notification.NotificationType").Text()));
        var senders = deployment.TheOnly("AWS::SNS::TopicPolicy")["PolicyDocument"]!.ToJsonString() + deployment.Of("AWS::KMS::Key").Single()["KeyPolicy"]!.ToJsonString();
        Assert.Equal(2, Regex.Count(senders, "budgets\\.amazonaws\\.com"));
        Assert.Equal(2, Regex.Count(senders, "cloudwatch\\.amazonaws\\.com"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_dashboard_answers_its_three_questions(string key)
    {
        var body = deployments[key].TheOnly("AWS::CloudWatch::Dashboard")["DashboardBody"]!.ToJsonString();
        Assert.All(new[] { "Is it healthy?", "Is it slow?", "What costs?" }, question => Assert.Contains(question, body));
    }

    private static string Anchor(string alarm) => alarm[alarm.IndexOf("alarm-", StringComparison.Ordinal)..];

    [GeneratedRegex(@"^### (alarm-[a-z0-9-]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
