using Amazon.CDK;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Acme.Infra.Cdk.Services;

/// <summary>Where the gateway finds a service.</summary>
/// <param name="Uri">ARN of a listener or a function.</param>
/// <param name="AllowInvocation">Lets the API with this ARN call it, where that takes a permission.</param>
internal sealed record ServiceTarget(string Uri, Action<string>? AllowInvocation = null);

/// <summary>What the service is surrounded by.</summary>
internal sealed record Surroundings(Delivery Delivery, Network? Network, Storage Storage, string PublicAddress);

/// <summary>The API and the web, on Fargate or as Lambda functions.</summary>
internal sealed class RegistryService : Construct
{
    public RegistryService(Construct scope, string id, DeploymentOptions options, Surroundings surroundings)
        : base(scope, id)
    {
        var secrets = new ServiceSecrets(this, options);
        Images = new(this, options, surroundings.Delivery);
        if (options.Compute == Compute.Ecs)
        {
            Fargate = new FargateServices(this, "Fargate", options, surroundings, Images, secrets);
            (Api, Web, Balancer) = (Fargate.Api.Target, Fargate.Web.Target, Fargate.Balancer);
        }
        else
        {
            Lambda = new LambdaFunctions(this, "Lambda", options, surroundings, Images, secrets);
            (Api, Web) = (LambdaFunctions.TargetOf(Lambda.Api), LambdaFunctions.TargetOf(Lambda.Web));
        }
        _ = new CfnOutput(this, "ImageTag", new CfnOutputProps { Value = options.ImageTag ?? "checkout", Description = "The version that runs; what a rollback returns to" });
        _ = new CfnOutput(this, "AdminSecret", new CfnOutputProps { Value = secrets.Admin.SecretName, Description = "Name and password of the first administrator" });
    }

    public ServiceTarget Api { get; }

    public ServiceTarget Web { get; }

    /// <summary>In front of Fargate; null with Lambda.</summary>
    public ApplicationLoadBalancer? Balancer { get; }

    public FargateServices? Fargate { get; }

    public LambdaFunctions? Lambda { get; }

    private ServiceImages Images { get; }

    internal static LogGroup NewLog(Construct scope, string id, DeploymentOptions options) =>
        new(scope, id, new LogGroupProps { Retention = options.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY });
}
