using System.Text.Json;
using System.Text.Json.Serialization;
using Acme.Registry.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Scoring.Policies;

/// <summary>
/// Switches the policy of all instances, by a setting in the catalog that each of them looks at every few seconds. A restart keeps it.
/// What cannot be used is logged, and the policy before it stays in force.
/// </summary>
public sealed class PolicySwitch(ICatalog catalog, PolicySource source, TimeProvider time, ILogger<PolicySwitch> logger) : BackgroundService
{
    private const string SettingName = "policy";

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private (long Version, SwitchedPolicy? Policy) _seen;

    /// <summary>Who switched to the policy in force, and when; nothing while it is the configured one.</summary>
    public SwitchedPolicy? Switched
    {
        get
        {
            lock (_lock) return _seen.Policy;
        }
    }

    /// <summary>Puts a policy in force on every instance; on this one before it returns.</summary>
    /// <param name="policy">The policy; null for the configured one.</param>
    /// <param name="userName">Who asked for it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidPolicyException">Another policy has the same name and version.</exception>
    /// <exception cref="VersionConflictException">Someone else switched at the same moment.</exception>
    public async Task SwitchAsync(ScoringPolicy? policy, string userName, CancellationToken cancellationToken = default)
    {
        var found = await catalog.Settings.FindAsync(SettingName, cancellationToken);
        if (policy is not null) RefuseSameVersion(policy);
        var switched = policy is null ? null : new SwitchedPolicy(policy, userName, time.GetUtcNow());
        var value = switched is null ? "" : JsonSerializer.Serialize(switched, SwitchedPolicyJson.Default.SwitchedPolicy);
        var version = await catalog.Settings.SaveAsync(SettingName, value, found?.Version ?? 0, cancellationToken);
        Apply(version, switched);
        logger.LogWarning("The scoring policy was switched to {Name} {Version} by {User}", source.Current.Name, source.Current.Version, userName);
    }

    /// <summary>Looks whether another instance has switched the policy.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (await catalog.Settings.FindAsync(SettingName, cancellationToken) is not { } found) return;
        lock (_lock)
        {
            if (found.Version == _seen.Version) return;
        }
        try
        {
            Apply(found.Version, Read(found.Item));
            logger.LogInformation("The scoring policy is now {Name} {Version}", source.Current.Name, source.Current.Version);
        }
        catch (Exception e) when (e is InvalidPolicyException or JsonException)
        {
            lock (_lock) _seen = (found.Version, _seen.Policy);
            logger.LogError("The policy that was switched to is not used; {Name} {Version} stays in force: {Problem}", source.Current.Name, source.Current.Version, e.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Poll, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Could not look whether the policy was switched; trying again");
            }
        }
    }

    private void Apply(long version, SwitchedPolicy? switched)
    {
        lock (_lock)
        {
            // Versions of one setting are not ordered for every driver; the poll sets right what two calls at one moment may mix up.
            _seen = (version, switched);
            source.Switch(switched?.Policy);
        }
    }

    // Verdicts are known by the policy's name and version.
    private void RefuseSameVersion(ScoringPolicy policy)
    {
        foreach (var other in new[] { source.Current, source.Configured, ScoringPolicy.Default, ScoringPolicy.Strict })
        {
            if (other.Name == policy.Name && other.Version == policy.Version && !other.HasSameContentAs(policy))
                throw new InvalidPolicyException($"There is another policy '{other.Name}' of version {other.Version}. Raise the version, so that verdicts say what they were made by.");
        }
    }

    private static SwitchedPolicy? Read(string value)
    {
        if (value.Length == 0) return null;
        var read = JsonSerializer.Deserialize(value, SwitchedPolicyJson.Default.SwitchedPolicy) ?? throw new JsonException("The setting is null.");
        // Whoever wrote it may have known other metrics.
        ScoringPolicy.Parse(JsonSerializer.SerializeToUtf8Bytes(read.Policy, PolicyJson.Default.ScoringPolicy), "that was switched to");
        return read;
    }
}

/// <summary>A policy that an administrator switched to.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="By">Who did.</param>
/// <param name="At">When (UTC).</param>
public sealed record SwitchedPolicy(ScoringPolicy Policy, string By, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SwitchedPolicy))]
internal sealed partial class SwitchedPolicyJson : JsonSerializerContext;
