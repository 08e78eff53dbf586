using Amazon.CDK.AWS.CloudWatch;

namespace Acme.Infra.Cdk.Watch;

/// <summary>When to call somebody.</summary>
/// <param name="Name">Also the anchor of its section in the runbook.</param>
/// <param name="Meaning">What is so when it goes off, as a sentence.</param>
/// <param name="Metric">What is watched.</param>
/// <param name="Threshold">Beyond this it goes off.</param>
/// <param name="Periods">Five-minute periods in a row.</param>
/// <param name="Below">Whether falling below the threshold is what matters; silence then counts as that.</param>
internal sealed record AlarmDefinition(string Name, string Meaning, IMetric Metric, double Threshold, int Periods, bool Below = false);

/// <summary>Every alarm of a deployment.</summary>
internal static class AlarmList
{
    public static IEnumerable<AlarmDefinition> For(DeploymentOptions options, RegistryMetrics metrics)
    {
        yield return new("alarm-error-rate", "More than 1 % of the API's answers are server errors.", metrics.ErrorRate, 1, 2);
        yield return new("alarm-edge-5xx", "The gateway answered 5xx more than ten times in five minutes.", metrics.EdgeServerErrors, 10, 2);
        yield return new("alarm-slow-reads", "One read in a hundred takes longer than two seconds.", metrics.ReadLatency("p99"), 2000, 3);
        yield return new("alarm-throttled", "The limits of the edge turn requests away.", metrics.Throttled, 100, 2);
        yield return new("alarm-queue-age", "Background work has been due for more than fifteen minutes.", metrics.QueueAge, 900, 2);

        if (metrics.CatalogThrottles is { } throttles)
            yield return new("alarm-catalog-throttled", "DynamoDB turns reads or writes of the catalog away.", throttles, 10, 2);
        if (metrics.DatabaseUse is { } use)
            yield return new("alarm-database-full", "Aurora has run at nine tenths of its largest capacity for a quarter of an hour.", use, 90, 3);
        if (metrics.SpoolUse is { } spool)
            yield return new("alarm-spool-full", "The disk for uploads of an API task is four fifths full.", spool, 80, 1);

        foreach (var (name, _, running) in metrics.Running)
        {
            yield return new($"alarm-{name}-tasks", $"Fewer than {options.MinTasks} tasks of the {name} are healthy.", RegistryMetrics.HealthyTasks(running), options.MinTasks, 2, Below: true);
            yield return new($"alarm-{name}-memory", $"Tasks of the {name} use nine tenths of their memory.", RegistryMetrics.ServiceMemory(running), 90, 2);
        }
        foreach (var (name, function) in metrics.Functions)
        {
            yield return new($"alarm-{name}-function-errors", $"The {name} function fails or runs out of time.", RegistryMetrics.FunctionErrors(function), 5, 2);
            yield return new($"alarm-{name}-function-throttled", $"The account's limit of functions at once turns calls of the {name} away.", RegistryMetrics.FunctionThrottles(function), 1, 2);
        }
    }
}
