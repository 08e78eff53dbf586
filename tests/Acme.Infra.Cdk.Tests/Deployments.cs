using Amazon.CDK;

// One kernel of JSII serves the process, and two threads in it hang.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Acme.Infra.Cdk.Tests.Deployments))]

namespace Acme.Infra.Cdk.Tests;

/// <summary>Every combination, synthesised once in one app; the tests read the templates as JSON.</summary>
public sealed class Deployments : IDisposable
{
    private static readonly string[] Computes = ["ecs", "lambda"];
    private static readonly string[] Catalogs = ["dynamodb", "postgres"];
    private static readonly string[] Blobs = ["s3", "postgres"];
    private static readonly string[] Profiles = ["dev", "prod"];

    private readonly string _directory = Directory.CreateTempSubdirectory("acme-cdk-").FullName;
    private readonly Dictionary<string, Deployment> _deployments = [];

    public Deployments()
    {
        // As the command line has it: without paths no finding could be told to its construct.
        var app = new App(new AppProps { Outdir = _directory, Context = new Dictionary<string, object> { ["aws:cdk:enable-path-metadata"] = true } });
        foreach (var key in Combinations) Add(app, key, [.. ContextOf(key), ("imageTag", "0123456789abcdef0123456789abcdef01234567")]);
        Add(app, Everything,
        [
            ("profile", "prod"), ("name", "acme-full"), ("imageTag", "v1"), ("domainName", "registry.example.com"),
            ("certificateArn", "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"),
            ("corsOrigins", "https://ml.example.com, https://lab.example.com"), ("nat", "true"), ("interfaceEndpoints", "true"), ("architecture", "x64"),
            ("alarmEmail", "operator@example.com"), ("gitHubRepository", "acme/model-registry"),
            ("huggingFaceTokenArn", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:hugging-face-AbCdEf"),
            ("gitHubTokenArn", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:github-GhIjKl"),
        ]);
        app.Synth();
        foreach (var key in Combinations.Append(Everything)) _deployments[key] = Deployment.Read(Path.Combine(_directory, $"assembly-{key}"), key);
    }

    /// <summary>The deployment that uses every option.</summary>
    public static string Everything => "everything";

    /// <summary>Such as <c>ecs-dynamodb-s3-dev</c>.</summary>
    public static IReadOnlyList<string> Combinations { get; } =
        [.. from compute in Computes from catalog in Catalogs from blobs in Blobs from profile in Profiles select $"{compute}-{catalog}-{blobs}-{profile}"];

    public static TheoryData<string> AllKeys => [.. Combinations, Everything];

    public Deployment this[string key] => _deployments[key];

    public IEnumerable<Deployment> All => _deployments.Values;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    internal static (string Key, string Value)[] ContextOf(string combination) =>
        [.. new[] { "compute", "catalog", "blobs", "profile" }.Zip(combination.Split('-'))];

    private static void Add(App app, string key, params (string Key, string Value)[] context)
    {
        var stage = new Stage(app, key);
        foreach (var (name, value) in context) stage.Node.SetContext(name, value);
        RegistryDeployment.Add(stage, DeploymentOptions.FromContext(stage.Node));
    }
}
