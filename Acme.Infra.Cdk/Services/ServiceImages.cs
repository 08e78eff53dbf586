using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.Ecr.Assets;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.Lambda;
using Constructs;

namespace Acme.Infra.Cdk.Services;

/// <summary>The images by tag from the delivery stack's repositories, or of this checkout, built by Docker while deploying.</summary>
internal sealed class ServiceImages(Construct scope, DeploymentOptions options, Delivery delivery)
{
    private readonly Dictionary<string, DockerImageAsset> _assets = [];

    public ContainerImage ApiContainer() => Container("Api", delivery.Api);

    public ContainerImage WebContainer() => Container("Web", delivery.Web);

    public DockerImageCode ApiFunction() => Function("Api", delivery.Api);

    public DockerImageCode WebFunction() => Function("Web", delivery.Web);

    private ContainerImage Container(string service, Repository repository) =>
        options.ImageTag is { } tag ? ContainerImage.FromEcrRepository(repository, tag) : ContainerImage.FromDockerImageAsset(Asset(service));

    private DockerImageCode Function(string service, Repository repository)
    {
        if (options.ImageTag is { } tag) return DockerImageCode.FromEcr(repository, new EcrImageCodeProps { TagOrDigest = tag });
        var asset = Asset(service);
        return DockerImageCode.FromEcr(asset.Repository, new EcrImageCodeProps { TagOrDigest = asset.ImageTag });
    }

    private DockerImageAsset Asset(string service)
    {
        if (_assets.TryGetValue(service, out var known)) return known;
        return _assets[service] = new DockerImageAsset(scope, $"{service}Image", new DockerImageAssetProps
        {
            Directory = Checkout.Directory,
            File = $"Acme.{service}/Dockerfile",
            Platform = options.Architecture == Cdk.Architecture.Arm64 ? Platform_.LINUX_ARM64 : Platform_.LINUX_AMD64,
        });
    }
}

/// <summary>The repository that this program was built from.</summary>
internal static class Checkout
{
    public static string Directory { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Acme.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("This program finds the Dockerfiles beside Acme.sln: run it from a checkout, or give imageTag.");
        return directory.FullName;
    }
}
