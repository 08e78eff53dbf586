using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Acme.Infra.Cdk.Tests;

/// <summary>
/// The templates of each profile as they are committed, so that a reviewer sees in the diff what a change does to AWS. With
/// <c>UPDATE_SNAPSHOTS=1</c> in the environment they are written anew.
/// </summary>
public sealed partial class SnapshotTests(Deployments deployments)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Templates =>
        [.. from profile in new[] { "dev", "prod" } from part in RegistryDeployment.Parts select (profile, part)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_profile_is_deployed_as_it_was_reviewed(string profile, string part)
    {
        var template = deployments[$"ecs-dynamodb-s3-{profile}"].Templates[part];
        var text = Normalize(template) + "\n";
        var file = RepositoryFiles.At($"tests/Acme.Infra.Cdk.Tests/Snapshots/{profile}-{part}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        Assert.True(File.Exists(file), $"{file} is missing: run the tests with UPDATE_SNAPSHOTS=1 and commit it.");
        var reviewed = File.ReadAllText(file);
        if (reviewed == text) return;
        var line = reviewed.Split('\n').Zip(text.Split('\n')).TakeWhile(l => l.First == l.Second).Count();
        Assert.Fail($"{profile}-{part}.json is not what is synthesised, from line {line + 1} on: run the tests with UPDATE_SNAPSHOTS=1 and look at the diff.");
    }

    /// <summary>Without what differs from one synthesis to the next without meaning anything: hashes of assets and of what CDK adds.</summary>
    private static string Normalize(JsonObject template)
    {
        var copy = template.DeepClone().AsObject();
        copy.Remove("Parameters");
        copy.Remove("Rules");
        foreach (var (_, resource) in copy["Resources"]!.AsObject())
        {
            var metadata = resource!["Metadata"] as JsonObject;
            metadata?.Remove("aws:cdk:path");
            metadata?.Remove("aws:asset:path");
            if (metadata?.Count == 0) resource.AsObject().Remove("Metadata");
        }
        return Hash().Replace(copy.ToJsonString(Readable), "<hash>");
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();
}
