using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Policies;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ratings;

/// <summary>From a rating to its two forms on the wire.</summary>
internal static class RatingMapping
{
    public static Wire.ModelRating ToWire(this Rating rating) => new()
    {
        Name = rating.Name,
        Category = rating.Category,
        NetScore = rating.NetScore,
        NetScoreLatency = rating.NetScoreLatency,
        RampUpTime = rating.RampUpTime.Score,
        RampUpTimeLatency = rating.RampUpTime.Latency,
        BusFactor = rating.BusFactor.Score,
        BusFactorLatency = rating.BusFactor.Latency,
        PerformanceClaims = rating.PerformanceClaims.Score,
        PerformanceClaimsLatency = rating.PerformanceClaims.Latency,
        License = rating.License.Score,
        LicenseLatency = rating.License.Latency,
        DatasetAndCodeScore = rating.DatasetAndCode.Score,
        DatasetAndCodeScoreLatency = rating.DatasetAndCode.Latency,
        DatasetQuality = rating.DatasetQuality.Score,
        DatasetQualityLatency = rating.DatasetQuality.Latency,
        CodeQuality = rating.CodeQuality.Score,
        CodeQualityLatency = rating.CodeQuality.Latency,
        Reproducibility = rating.Reproducibility.Score,
        ReproducibilityLatency = rating.Reproducibility.Latency,
        Reviewedness = rating.Reviewedness.Score,
        ReviewednessLatency = rating.Reviewedness.Latency,
        TreeScore = rating.TreeScore.Score,
        TreeScoreLatency = rating.TreeScore.Latency,
        SizeScore = new()
        {
            RaspberryPi = rating.SizeScore.Parts!["raspberry_pi"],
            JetsonNano = rating.SizeScore.Parts!["jetson_nano"],
            DesktopPc = rating.SizeScore.Parts!["desktop_pc"],
            AwsServer = rating.SizeScore.Parts!["aws_server"],
        },
        SizeScoreLatency = rating.SizeScore.Latency,
    };

    public static Wire.ExplainedRating ToExplained(this Rating rating, ScoringPolicy policy) => new()
    {
        Rating = rating.ToWire(),
        Metrics =
        [
            .. rating.Metrics.Select(m => new Wire.ExplainedMetric
            {
                Name = m.Name,
                Score = m.Score,
                Weight = policy.Weights.GetValueOrDefault(m.Name),
                Latency = m.Latency,
                Parts = m.Parts,
                WouldRaise = [.. m.Findings.Select(f => f.Remediation).OfType<string>().Distinct()],
                Findings = [.. m.Findings.Select(ToWire)],
            }),
        ],
        Verdict = new()
        {
            Policy = rating.Verdict.Policy,
            PolicyVersion = rating.Verdict.Version,
            Mode = rating.Verdict.Mode.ToString().ToLowerInvariant(),
            Accepted = rating.Verdict.Accepted,
            Reasons = [.. rating.Verdict.Failures.Select(f => f.Explain())],
        },
        EngineVersion = rating.EngineVersion,
        FactsDigest = rating.FactsDigest.ToString(),
        RatedAt = rating.RatedAt.UtcDateTime,
        Sources = [.. Sources(rating.Facts)],
    };

    public static Wire.RatingReplay ToReplay(this Rating stored, Rating replayed)
    {
        var (before, after) = (Numbers(stored), Numbers(replayed));
        return new()
        {
            Agrees = before.Count == after.Count && before.All(n => after.TryGetValue(n.Key, out var score) && score.Equals(n.Value)) && stored.FactsDigest == replayed.FactsDigest,
            EngineVersion = replayed.EngineVersion,
            FactsDigest = stored.FactsDigest.ToString(),
            ReplayedFactsDigest = replayed.FactsDigest.ToString(),
            Stored = before,
            Replayed = after,
        };
    }

    private static Dictionary<string, double> Numbers(Rating rating) =>
        rating.Metrics.SelectMany(m => (m.Parts ?? new Dictionary<string, double>()).Select(p => KeyValuePair.Create($"{m.Name}.{p.Key}", p.Value)).Prepend(new(m.Name, m.Score)))
            .Append(new("net_score", rating.NetScore))
            .ToDictionary();

    private static IEnumerable<Wire.RatingSource> Sources(ArtifactFacts facts)
    {
        yield return new() { Kind = "files", Name = facts.Url, FoundBy = "the model's own files", CollectedAt = facts.CollectedAt.UtcDateTime, ReadAgain = false };
        if (facts.Hub is { } hub)
            yield return new() { Kind = "hub", Name = hub.Url, FoundBy = "the model comes from it", CollectedAt = hub.CollectedAt.UtcDateTime, Problem = hub.Problem, ReadAgain = false };
        foreach (var repository in facts.Repositories)
            yield return Source("repository", repository.Url, repository.FoundBy, repository.CollectedAt, repository.Problem, repository.IsTransient, repository.Registered);
        foreach (var dataset in facts.Datasets)
            yield return Source("dataset", dataset.Url ?? dataset.Name, dataset.FoundBy, dataset.CollectedAt, dataset.Problem, dataset.IsTransient, dataset.Registered);
    }

    private static Wire.RatingSource Source(
        string kind, string name, FoundBy foundBy, DateTimeOffset collectedAt, string? problem, bool readAgain, RegisteredCopy? registered) => new()
        {
            Kind = kind,
            Name = name,
            FoundBy = foundBy.How,
            File = foundBy.File,
            Line = foundBy.Line,
            CollectedAt = collectedAt.UtcDateTime,
            Problem = problem,
            ReadAgain = readAgain,
            ArtifactId = registered?.Id.ToString(),
        };

    private static Wire.RatingFinding ToWire(Finding finding) => new()
    {
        Probe = finding.Probe,
        Outcome = finding.Outcome switch
        {
            Outcome.True => "true",
            Outcome.False => "false",
            Outcome.NotApplicable => "not_applicable",
            _ => "not_learnt",
        },
        Message = finding.Message,
        Evidence = [.. finding.Evidence.Select(e => new Wire.RatingEvidence { File = e.File, Line = e.Line, Url = e.Url, Value = e.Value })],
        Remediation = finding.Remediation,
    };
}
