using Microsoft.Extensions.Configuration;

namespace Acme.AppHost.Tests;

public sealed class StorageChoiceTests
{
    [Fact]
    public void A_container_runtime_that_answers_comes_first() =>
        Assert.Equal((StorageSource.Containers, "dynamodb", "s3"), Decide(runtime: "podman", installed: true));

    [Fact]
    public void Without_one_the_engines_that_are_installed_run_as_processes() =>
        Assert.Equal((StorageSource.Processes, "dynamodb", "s3"), Decide(runtime: null, installed: true));

    [Fact]
    public void Without_either_the_API_keeps_everything_itself() =>
        Assert.Equal((StorageSource.Embedded, "sqlite", "disk"), Decide(runtime: null, installed: false));

    [Fact]
    public void What_is_asked_for_is_done_whatever_the_machine_has()
    {
        Assert.Equal((StorageSource.Embedded, "sqlite", "disk"), Decide("docker", true, ("local-aws", "embedded")));
        Assert.Equal((StorageSource.Processes, "postgres", "s3"), Decide("docker", true, ("local-aws", "processes"), ("catalog", "postgres")));
        Assert.Equal((StorageSource.Account, "dynamodb", "s3"), Decide("docker", true, ("aws-stack", "acme-dev")));
    }

    [Theory]
    [InlineData("local-aws", "cloud", "containers, processes, embedded")]
    [InlineData("catalog", "oracle", "dynamodb, postgres, sqlite")]
    public void What_does_not_exist_is_refused_with_what_does(string key, string value, string possible) =>
        Assert.Contains(possible, Assert.Throws<ArgumentException>(() => Decide("docker", true, (key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_explanation_says_what_was_decided_why_and_how_to_decide_otherwise()
    {
        var line = StorageChoice.Decide(new ConfigurationBuilder().Build(), false, () => null, _ => false).Explanation;
        Assert.Contains("sqlite and disk, embedded (no container runtime answers, and node is not installed)", line, StringComparison.Ordinal);
        Assert.Contains("--local-aws", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private static (StorageSource, string, string) Decide(string? runtime, bool installed, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        var choice = StorageChoice.Decide(configuration, false, () => runtime, _ => installed);
        return (choice.Source, choice.Catalog, choice.Blobs);
    }
}
