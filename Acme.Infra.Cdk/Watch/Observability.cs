using Acme.Infra.Cdk.Services;
using Acme.Infra.Cdk.Gateway;
using Amazon.CDK;
using Amazon.CDK.AWS.Budgets;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SNS.Subscriptions;
using Constructs;

namespace Acme.Infra.Cdk.Watch;

/// <summary>The alarms, where they go, the dashboard and the budget.</summary>
internal sealed class Observability : Construct
{
    /// <summary>The page that has a section for each alarm.</summary>
    public const string Runbook = "docs/operations.md";

    public Observability(Construct scope, string id, DeploymentOptions options, Edge edge, RegistryService service, Storage storage)
        : base(scope, id)
    {
        var metrics = new RegistryMetrics(options, edge, service, storage);
        Topic = AddTopic(options);
        foreach (var alarm in AlarmList.For(options, metrics)) AddAlarm(options, alarm);
        RegistryDashboard.Add(this, options, metrics);
        AddBudget(options);
        _ = new CfnOutput(this, "AlarmTopic", new CfnOutputProps { Value = Topic.TopicArn, Description = "Where alarms and budget warnings go" });
    }

    private Topic Topic { get; }

    private void AddAlarm(DeploymentOptions options, AlarmDefinition definition)
    {
        var alarm = new Alarm(this, definition.Name, new AlarmProps
        {
            AlarmName = $"{options.Name}-{definition.Name}",
            AlarmDescription = $"{definition.Meaning} What to do: {Runbook}#{definition.Name}",
            Metric = definition.Metric,
            Threshold = definition.Threshold,
            ComparisonOperator = definition.Below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
            EvaluationPeriods = definition.Periods,
            DatapointsToAlarm = definition.Periods,
            TreatMissingData = definition.Below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
        });
        alarm.AddAlarmAction(new SnsAction(Topic));
        alarm.AddOkAction(new SnsAction(Topic));
    }

    private Topic AddTopic(DeploymentOptions options)
    {
        var senders = new IPrincipal[] { new ServicePrincipal("cloudwatch.amazonaws.com"), new ServicePrincipal("budgets.amazonaws.com") };
        // The key that AWS manages for SNS does not let alarms publish.
        var key = new Key(this, "TopicKey", new KeyProps
        {
            Description = $"{options.Name}: the topic that alarms go to",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.DESTROY,
            PendingWindow = Duration.Days(7),
        });
        key.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "Senders",
            Principals = senders,
            Actions = ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resources = ["*"],
            Conditions = OwnAccount(),
        }));
        var topic = new Topic(this, "Topic", new TopicProps { TopicName = $"{options.Name}-alarms", DisplayName = "ACME Model Registry", MasterKey = key, EnforceSSL = true });
        topic.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "Senders",
            Principals = senders,
            Actions = ["sns:Publish"],
            Resources = [topic.TopicArn],
            Conditions = OwnAccount(),
        }));
        if (options.AlarmEmail is { } address) topic.AddSubscription(new EmailSubscription(address));
        return topic;

        static Dictionary<string, object> OwnAccount() => new() { ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = Aws.ACCOUNT_ID } };
    }

    private void AddBudget(DeploymentOptions options)
    {
        var subscriber = new CfnBudget.SubscriberProperty { SubscriptionType = "SNS", Address = Topic.TopicArn };
        _ = new CfnBudget(this, "Budget", new CfnBudgetProps
        {
            Budget = new CfnBudget.BudgetDataProperty
            {
                BudgetName = options.Name,
                BudgetType = "COST",
                TimeUnit = "MONTHLY",
                BudgetLimit = new CfnBudget.SpendProperty { Amount = options.MonthlyBudget, Unit = "USD" },
                CostFilters = new Dictionary<string, object> { ["TagKeyValue"] = new[] { $"user:deployment${options.Name}" } },
            },
            NotificationsWithSubscribers = new object[]
            {
                Warning("ACTUAL", 80),
                Warning("FORECASTED", 100),
            },
        });

        CfnBudget.NotificationWithSubscribersProperty Warning(string type, int percent) => new()
        {
            Notification = new CfnBudget.NotificationProperty { NotificationType = type, ComparisonOperator = "GREATER_THAN", Threshold = percent, ThresholdType = "PERCENTAGE" },
            Subscribers = new object[] { subscriber },
        };
    }
}
