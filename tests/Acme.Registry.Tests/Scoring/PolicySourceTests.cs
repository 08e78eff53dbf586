using System.Text.Json.Nodes;
using Acme.Registry.Scoring.Policies;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Tests.Scoring;

public sealed class PolicySourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("acme-policy-").FullName;
    private readonly RecordingLogger _log = new();
    private int _writes;

    private string PolicyFile => Path.Combine(_directory, "policy.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_changed_file_comes_into_force_and_a_shipped_policy_stays()
    {
        Write("1", 0.3);
        var source = new PolicySource(PolicyFile, _log);
        Assert.Equal("1", source.Current.Version);

        Write("2", 0.4);

        Assert.Equal(("2", 0.4), (source.Current.Version, source.Current.Thresholds["license"]));
        Assert.Same(ScoringPolicy.Strict, new PolicySource("strict", _log).Current);
        Assert.DoesNotContain(_log.Entries, e => e.Level == LogLevel.Error);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"name\":\"n\"}")]
    [InlineData("")]
    public void While_the_file_is_broken_the_last_good_one_stays_and_the_log_says_why_once(string broken)
    {
        Write("1", 0.3);
        var source = new PolicySource(PolicyFile, _log);

        Write(broken);
        Assert.Equal("1", source.Current.Version);
        Assert.Equal("1", source.Current.Version);

        Assert.Contains(PolicyFile, Assert.Single(_log.Entries, e => e.Level == LogLevel.Error).Text, StringComparison.Ordinal);
        Write("2", 0.3);
        Assert.Equal("2", source.Current.Version);
    }

    [Fact]
    public void A_file_that_is_gone_leaves_the_policy_in_force()
    {
        Write("1", 0.3);
        var source = new PolicySource(PolicyFile, _log);
        File.Delete(PolicyFile);

        Assert.Equal("1", source.Current.Version);
        Assert.Single(_log.Entries, e => e.Level == LogLevel.Error);
    }

    [Fact]
    public void A_change_without_a_new_version_is_not_taken()
    {
        Write("1", 0.3);
        var source = new PolicySource(PolicyFile, _log);

        Write("1", 0.9);

        Assert.Equal(0.3, source.Current.Thresholds["license"]);
        Assert.Contains("Raise the version", Assert.Single(_log.Entries, e => e.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_version_gives_new_verdicts_of_the_same_facts()
    {
        Write("1", 0);
        var registered = new Registered();
        var source = new PolicySource(PolicyFile, _log);
        var ratings = registered.Service(source);
        var model = await registered.PublishModelAsync("acme/model", "No licence.");
        var before = await ratings.GetAsync((await registered.Catalog.FindAsync(model.Id))!);

        Write("2", 0.5);
        var after = await ratings.GetAsync((await registered.Catalog.FindAsync(model.Id))!);

        Assert.True(before.Verdict.Accepted);
        Assert.Equal(("2", false), (after.Verdict.Version, after.Verdict.Accepted));
        Assert.Equal(before.FactsDigest, after.FactsDigest);
    }

    private void Write(string version, double license)
    {
        var policy = new JsonObject
        {
            ["name"] = "ours",
            ["version"] = version,
            ["mode"] = "observe",
            ["weights"] = new JsonObject(ScoringPolicy.Default.Weights.Select(w => KeyValuePair.Create<string, JsonNode?>(w.Key, w.Value))),
            ["thresholds"] = new JsonObject { ["license"] = license },
        };
        Write(policy.ToJsonString());
    }

    private void Write(string text)
    {
        File.WriteAllText(PolicyFile, text);
        // A clock that stands still between two writes would hide a change of the same length.
        File.SetLastWriteTimeUtc(PolicyFile, new DateTime(2026, 1, 1, 0, 0, ++_writes, DateTimeKind.Utc));
    }

    private sealed class RecordingLogger : ILogger<PolicySource>
    {
        public List<(LogLevel Level, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));
    }
}
