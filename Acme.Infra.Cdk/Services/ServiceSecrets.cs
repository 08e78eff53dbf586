using Amazon.CDK.AWS.SecretsManager;
using Constructs;

namespace Acme.Infra.Cdk.Services;

/// <summary>What only the API may know.</summary>
internal sealed class ServiceSecrets
{
    public ServiceSecrets(Construct scope, DeploymentOptions options)
    {
        var admin = new Secret(scope, "Admin", new SecretProps
        {
            SecretName = $"{options.Name}/admin",
            Description = "First administrator of the registry",
            GenerateSecretString = new SecretStringGenerator
            {
                SecretStringTemplate = """{"name":"admin"}""",
                GenerateStringKey = "password",
                PasswordLength = 32,
                ExcludePunctuation = true,
            },
            RemovalPolicy = options.DataRemoval,
        });
        admin.Answer(("AwsSolutions-SMG4", "The registry keeps only a hash of this password, made when it first starts; changing it is a step of the runbook that changes both, and tokens end by themselves after ten hours."));
        Admin = admin;
        var tokens = new Dictionary<string, ISecret>();
        if (options.HuggingFaceTokenArn is { } huggingFace) tokens["Sources__HuggingFace__Token"] = Secret.FromSecretCompleteArn(scope, "HuggingFaceToken", huggingFace);
        if (options.GitHubTokenArn is { } gitHub) tokens["Sources__GitHub__Token"] = Secret.FromSecretCompleteArn(scope, "GitHubToken", gitHub);
        Tokens = tokens;
    }

    /// <summary>Name and password of the first administrator, made at the first deployment.</summary>
    public ISecret Admin { get; }

    /// <summary>The operator's own secrets, by the setting that takes each.</summary>
    public IReadOnlyDictionary<string, ISecret> Tokens { get; }
}
