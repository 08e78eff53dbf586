using Acme.Infra.Cdk.Services;
using Acme.Infra.Cdk.Gateway;
using Acme.Infra.Cdk.Watch;
using Amazon.CDK;
using Constructs;

namespace Acme.Infra.Cdk;

/// <summary>
/// The stacks of one deployment, parted by how long their contents live: delivery comes before there is an image, data outlives every
/// version of the service, and the service can be replaced at any time.
/// </summary>
public static class RegistryDeployment
{
    /// <summary>What the names of the stacks end in.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["delivery", "data", "service"];

    /// <summary>Adds the stacks to an app or a stage. They are environment-agnostic: the account and region of the caller's credentials.</summary>
    public static void Add(Construct scope, DeploymentOptions options)
    {
        // Log delivery is let in by the bucket's policy; the older way, by ACL, is closed by the bucket's ownership.
        scope.Node.SetContext("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true);

        var deliveryStack = NewStack("delivery", "image repositories and the roles of the workflows that deploy", canGo: true);
        var delivery = new Delivery(deliveryStack, "Delivery", options);

        var dataStack = NewStack("data", "what outlives every version of the service: catalog, blobs, and the network they are in", canGo: !options.IsProd);
        var network = options.NeedsNetwork ? new Network(dataStack, "Network", options) : null;
        var storage = new Storage(dataStack, "Storage", options, network);

        var serviceStack = NewStack("service", "the running registry, its edge and its watch", canGo: true);
        var edge = new Edge(serviceStack, "Edge", options);
        var service = new RegistryService(serviceStack, "Registry", options, new(delivery, network, storage, edge.Address));
        edge.RouteTo(service, network);
        _ = new Observability(serviceStack, "Observability", options, edge, service, storage);

        Stack NewStack(string part, string description, bool canGo)
        {
            var stack = new Stack(scope, part, new StackProps
            {
                StackName = $"{options.Name}-{part}",
                Description = $"ACME Model Registry: {description}",
                TerminationProtection = !canGo,
                // Deterministic templates: no look-ups, no metadata of the machine that synthesised them.
                AnalyticsReporting = false,
            });
            Tags.Of(stack).Add("application", "acme-registry");
            Tags.Of(stack).Add("deployment", options.Name);
            return stack;
        }
    }
}
