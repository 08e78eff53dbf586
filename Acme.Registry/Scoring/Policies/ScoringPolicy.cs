using System.Text.Json;
using System.Text.Json.Serialization;
using Acme.Registry.Licensing;

namespace Acme.Registry.Scoring.Policies;

/// <summary>What a registry asks of the models it takes: a versioned JSON file.</summary>
public sealed record ScoringPolicy
{
    /// <summary>The net score's own name among thresholds.</summary>
    public const string NetScoreName = "net_score";

    private const int MaxSize = 64 << 10;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version; raised with every change, so that a verdict says what it was made by.</summary>
    public required string Version { get; init; }

    /// <summary>What a verdict does.</summary>
    public required PolicyMode Mode { get; init; }

    /// <summary>Weight of each metric in the net score, 0 or more; every metric is named.</summary>
    public required IReadOnlyDictionary<string, double> Weights { get; init; }

    /// <summary>The least score of a metric or of <c>net_score</c>, 0..1; the size score counts with its mean.</summary>
    public required IReadOnlyDictionary<string, double> Thresholds { get; init; }

    /// <summary>The licences that are allowed, as SPDX identifiers; null allows every one.</summary>
    public IReadOnlyList<string>? AllowedLicenses { get; init; }

    /// <summary>The shipped policy that records verdicts and rejects nothing.</summary>
    public static ScoringPolicy Default { get; } = Embedded("default");

    /// <summary>The shipped policy that rejects what has a score below 0.5.</summary>
    public static ScoringPolicy Strict { get; } = Embedded("strict");

    /// <summary>A shipped policy by its name (<c>default</c>, <c>strict</c>), or the file at a path.</summary>
    /// <exception cref="InvalidPolicyException">There is no such file, or it is not a policy; says which field is wrong.</exception>
    public static ScoringPolicy Load(string nameOrPath)
    {
        if (nameOrPath == Default.Name) return Default;
        if (nameOrPath == Strict.Name) return Strict;
        var file = new FileInfo(nameOrPath);
        if (!file.Exists) throw new InvalidPolicyException($"There is no scoring policy '{nameOrPath}': name 'default', 'strict' or the path of a JSON file.");
        if (file.Length > MaxSize) throw new InvalidPolicyException($"The scoring policy '{nameOrPath}' has {file.Length} bytes; at most {MaxSize} are read.");
        return Parse(File.ReadAllBytes(nameOrPath), nameOrPath);
    }

    /// <summary>Reads and checks a policy.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="origin">Where it is from, for messages.</param>
    /// <exception cref="InvalidPolicyException">It is not a policy; says which field is wrong.</exception>
    public static ScoringPolicy Parse(ReadOnlySpan<byte> utf8, string origin)
    {
        try
        {
            var policy = JsonSerializer.Deserialize(utf8, PolicyJson.Default.ScoringPolicy);
            return policy?.Problem() is { } problem
                ? throw new InvalidPolicyException($"The scoring policy '{origin}' is not valid: {problem}")
                : policy ?? throw new InvalidPolicyException($"The scoring policy '{origin}' is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidPolicyException($"The scoring policy '{origin}' is not valid at {e.Path ?? "$"} (line {e.LineNumber + 1}): {e.Message}");
        }
    }

    /// <summary>Whether it asks the same under the same name and version.</summary>
    public bool HasSameContentAs(ScoringPolicy other) =>
        JsonSerializer.SerializeToUtf8Bytes(this, PolicyJson.Default.ScoringPolicy).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, PolicyJson.Default.ScoringPolicy));

    /// <summary>The document, as it could stand in a file.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, PolicyJson.Default.ScoringPolicy);

    private string? Problem()
    {
        var metrics = Metrics.All.Select(m => m.Name).ToList();
        if (string.IsNullOrWhiteSpace(Name)) return "name is empty.";
        if (string.IsNullOrWhiteSpace(Version)) return "version is empty.";
        if (Weights is null || Thresholds is null) return "weights and thresholds must not be null.";
        if (Weights.Keys.Except(metrics).FirstOrDefault() is { } stranger) return $"weights.{stranger} is no metric; they are {string.Join(", ", metrics)}.";
        if (metrics.Except(Weights.Keys).FirstOrDefault() is { } missing) return $"weights.{missing} is missing; give 0 to leave a metric out.";
        if (Weights.FirstOrDefault(w => !(w.Value >= 0) || double.IsInfinity(w.Value)) is { Key: { } negative }) return $"weights.{negative} must be 0 or more.";
        if (!(Weights.Values.Sum() > 0)) return "weights must not all be 0.";
        if (Thresholds.Keys.Except([.. metrics, NetScoreName]).FirstOrDefault() is { } unknown) return $"thresholds.{unknown} is no metric; they are {string.Join(", ", metrics)} and {NetScoreName}.";
        if (Thresholds.FirstOrDefault(t => !(t.Value is >= 0 and <= 1)) is { Key: { } outside }) return $"thresholds.{outside} must lie between 0 and 1.";
        return AllowedLicenses?.FirstOrDefault(l => !SpdxExpression.TryParse(l, out _)) is { } license ? $"allowedLicenses names '{license}', which is no SPDX identifier." : null;
    }

    private static ScoringPolicy Embedded(string name)
    {
        using var stream = typeof(ScoringPolicy).Assembly.GetManifestResourceStream($"{typeof(ScoringPolicy).Namespace}.{name}.json")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Parse(memory.ToArray(), name);
    }
}

/// <summary>What a verdict does.</summary>
public enum PolicyMode
{
    /// <summary>It is recorded.</summary>
    Observe,

    /// <summary>What is not accepted is rejected.</summary>
    Enforce,
}

/// <summary>A file is not a scoring policy; the message names the field.</summary>
public sealed class InvalidPolicyException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ScoringPolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;
