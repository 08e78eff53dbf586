using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.License;
using Acme.Registry.Scoring.Net;
using Acme.Registry.Scoring.Policies;

namespace Acme.Registry.Scoring;

/// <summary>Computes a rating from facts. The same facts and policy always give the same scores.</summary>
public static class RatingEngine
{
    /// <summary>Raised with every change to a probe or a formula; ratings of another version are computed again when they are read.</summary>
    public const string Version = "4";

    /// <summary>Computes every metric in parallel; one that fails is marked and leaves the others alone.</summary>
    public static Rating Rate(ArtifactFacts facts, ScoringPolicy policy, IReadOnlyList<IMetric> metrics, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var model = new RatedModel(facts);
        var results = new MetricResult[metrics.Count];
        Parallel.For(0, metrics.Count, i => results[i] = Measure(metrics[i], model, time));

        var (verdict, net) = Judge(results, policy, LicenseSources.Of(facts, model.Card).Identified?.ToString());
        return new()
        {
            Name = facts.Name,
            Category = model.PipelineTag ?? "model",
            RatedAt = time.GetUtcNow(),
            EngineVersion = Version,
            FactsDigest = Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(facts, ScoringJson.Default.ArtifactFacts)),
            NetScore = net,
            Metrics = results,
            Verdict = verdict,
            Facts = facts,
            NetScoreLatency = facts.Collection.Seconds(FactSources.Repositories | FactSources.Datasets) + time.GetElapsedTime(start).TotalSeconds,
        };
    }

    /// <summary>What a policy says to metrics that are computed, and the net score by its weights.</summary>
    /// <param name="results">The metrics.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="license">The model's licence, where one could be told.</param>
    public static (Verdict Verdict, double NetScore) Judge(IReadOnlyList<MetricResult> results, ScoringPolicy policy, string? license)
    {
        var net = NetScore.Of(results.Where(r => r.Failure is null).Select(r => KeyValuePair.Create(r.Name, r.Score)), policy.Weights);
        return (Verdict.Of(policy, results, net, license), net);
    }

    private static MetricResult Measure(IMetric metric, RatedModel model, TimeProvider time)
    {
        var start = time.GetTimestamp();
        IReadOnlyList<Finding> findings = [];
        try
        {
            findings = metric.Ask(model);
            var score = metric.Evaluate(new MetricFindings(metric.Name, metric.Probes, findings));
            return new() { Name = metric.Name, Score = score.Value, Parts = score.Parts, Findings = findings, Latency = Latency() };
        }
        catch (Exception e)
        {
            return new() { Name = metric.Name, Score = 0, Findings = findings, Failure = e.Message, Latency = Latency() };
        }

        double Latency() => model.Facts.Collection.Seconds(metric.Uses) + time.GetElapsedTime(start).TotalSeconds;
    }
}
