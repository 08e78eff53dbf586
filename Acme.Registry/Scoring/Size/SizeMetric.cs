using System.Globalization;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Scoring.Size;

/// <summary>Does the model fit the device: the bytes of its weights against the device's memory.</summary>
public sealed class SizeMetric : IMetric
{
    /// <summary>How steeply the score falls; with it, 150 MB of weights score .90 in 2 GB of memory and .95 in 4 GB.</summary>
    private const double Steepness = 1.16;

    private const double Gigabyte = 1e9;

    /// <summary>The devices of the contract and their memory, in bytes.</summary>
    public static IReadOnlyDictionary<string, double> Devices { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["raspberry_pi"] = 2 * Gigabyte,
        ["jetson_nano"] = 4 * Gigabyte,
        ["desktop_pc"] = 32 * Gigabyte,
        ["aws_server"] = 128 * Gigabyte,
    };

    /// <inheritdoc/>
    public string Name => "size_score";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["weights_found"];

    /// <summary>
    /// With x the share of the memory that the weights take: max(0, 1 - x²) / (1 + (2x)^1.16). Near 1 while the weights are small,
    /// under a half where they take half of the memory (working memory needs the rest), 0 where they do not fit.
    /// </summary>
    public static double Fit(double weightBytes, double memoryBytes)
    {
        var share = weightBytes / memoryBytes;
        return Math.Max(0, 1 - share * share) / (1 + Math.Pow(2 * share, Steepness));
    }

    /// <summary>The score of every device, and their mean; all 0 where no weights were found.</summary>
    public MetricScore Evaluate(MetricFindings findings)
    {
        var found = findings["weights_found"];
        var parts = Devices.ToDictionary(d => d.Key, d => found is { Outcome: Outcome.True, Amount: { } bytes } ? Fit(bytes, d.Value) : 0, StringComparer.Ordinal);
        return new(parts.Values.Average(), parts);
    }

    /// <summary>Amount: bytes of the main weights.</summary>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var main = MainWeights.Of(model.Facts.Weights, model.Facts.Files.Has("model_index.json"));
        if (main.Count == 0)
        {
            return [Finding.False("weights_found", "The artifact holds no weights, so nothing fits anywhere.", "Add the weights, best as safetensors.")];
        }
        var bytes = main.Sum(s => (double)s.Bytes);
        return
        [
            Finding.True("weights_found", string.Create(CultureInfo.InvariantCulture, $"The weights take {bytes / 1e6:0.###} MB."), bytes,
                [.. main.Select(s => new Evidence(Value: Describe(s))), .. main.SelectMany(s => s.Problems).Select(p => new Evidence(Value: p))]),
        ];
    }

    private static string Describe(WeightSet set) => string.Create(
        CultureInfo.InvariantCulture,
        $"{set.Shown}: {set.Bytes} bytes in {set.Files} files{(set.Parameters is { } n ? $", {n} parameters" : "")}{(set.Types.Count > 0 ? $", {string.Join('/', set.Types)}" : "")}");
}
