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
        admin.Answer(("AwsSolutions-SMG4", "The registry takes a new password over when its tasks start, which a rotation by itself would not bring about; the runbook's two commands do both."));
        Admin = admin;
        if (options.Compute == Compute.Lambda) JobsKey = NewJobsKey(scope, options);
        var tokens = new Dictionary<string, ISecret>();
        if (options.HuggingFaceTokenArn is { } huggingFace) tokens["Sources__HuggingFace__Token"] = Secret.FromSecretCompleteArn(scope, "HuggingFaceToken", huggingFace);
        if (options.GitHubTokenArn is { } gitHub) tokens["Sources__GitHub__Token"] = Secret.FromSecretCompleteArn(scope, "GitHubToken", gitHub);
        Tokens = tokens;
    }

    /// <summary>Name and password of the first administrator, made at the first deployment.</summary>
    public ISecret Admin { get; }

    /// <summary>What the schedule shows to the function that does background work; null on Fargate, where it needs no schedule.</summary>
    public ISecret? JobsKey { get; }

    /// <summary>The operator's own secrets, by the setting that takes each.</summary>
    public IReadOnlyDictionary<string, ISecret> Tokens { get; }

    private static Secret NewJobsKey(Construct scope, DeploymentOptions options)
    {
        var key = new Secret(scope, "JobsKey", new SecretProps
        {
            SecretName = $"{options.Name}/jobs-key",
            Description = "Shown by the schedule to the function that does background work",
            GenerateSecretString = new SecretStringGenerator { PasswordLength = 48, ExcludePunctuation = true },
            RemovalPolicy = options.DataRemoval,
        });
        key.Answer(("AwsSolutions-SMG4", "Nobody but the schedule can invoke the function that asks for it, so that it guards nothing alone; a new one is taken over by deploying again."));
        return key;
    }
}
