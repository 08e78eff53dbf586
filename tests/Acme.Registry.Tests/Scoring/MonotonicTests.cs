using Acme.Registry.Artifacts;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.Weights;
using FsCheck.Fluent;

namespace Acme.Registry.Tests.Scoring;

/// <summary>
/// From random facts, improving one of them never lowers the metric it belongs to, so damaging it never raises it, and each improvement
/// really raises the metric from some facts.
/// </summary>
public sealed class MonotonicTests
{
    private sealed record Improvement(string Metric, string What, Func<ArtifactFacts, ArtifactFacts> Apply);

    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(60);

    private static readonly Improvement[] Improvements =
    [
        new("ramp_up_time", "more prose", f => InCard(f, c => c + "\n" + string.Join(' ', Enumerable.Repeat("word", 50)))),
        new("ramp_up_time", "a usage section", f => InCard(f, c => c + "\n## Usage\n\nLoad it.\n")),
        new("ramp_up_time", "an install command", f => InCard(f, c => c + "\n```bash\npip install x\n```\n")),
        new("ramp_up_time", "a snippet", f => InCard(f, c => c + "\n```python\nimport x\nx.run()\n```\n")),
        new("ramp_up_time", "limits", f => InCard(f, c => c + "\n## Limitations\n\nSome.\n")),
        new("ramp_up_time", "a task on the hub", f => f with { Hub = Hub(f) with { PipelineTag = "fill-mask" } }),
        new("ramp_up_time", "a configuration", f => f with { Config = new("config.json", null, "bert") }),
        new("ramp_up_time", "a tokenizer", f => WithFile(f, "tokenizer.json")),
        new("bus_factor", "commits move from the busiest to the least busy", f => OnRepository(f, r => r with { History = r.History is null ? Linked.History(3) : Levelled(r.History) })),
        new("bus_factor", "another committer who does as much as the busiest does on average", f => OnRepository(f, r => r with { History = Joined(r.History ?? Linked.History(3)) })),
        new("bus_factor", "a later commit", f => OnRepository(f, r => r with { IsArchived = false, History = (r.History ?? Linked.History(1)) with { LastCommitAt = LinkedHosts.Now } })),
        new("bus_factor", "a history on the hub where no other is known", f => f with { Hub = Hub(f) with { History = Hub(f).History ?? Linked.History(4, 3) } }),
        new("performance_claims", "results in the metadata", f => InFrontMatter(f, m => m with { Results = [.. m.Results, new("t", "d", "accuracy", "0.9")] })),
        new("performance_claims", "a table of results", f => InCard(f, c => c + "\n\n| Dataset | Accuracy |\n|---|---|\n| A | 0.9 |\n")),
        new("performance_claims", "an evaluation section", f => InCard(f, c => c + "\n## Evaluation\n\n0.9 of them are right.\n")),
        new("performance_claims", "a paper", f => f with { Links = [.. f.Links, new("https://arxiv.org/abs/2401.00001", LinkKind.Paper, 1)] }),
        new("performance_claims", "evaluation code in the repository", f => OnRepository(f, r => r with { Files = [.. r.Files ?? [], "evaluate.py"] })),
        new("license", "a licence on the hub where none is told", f => f with { Hub = Hub(f) with { License = Hub(f).License ?? "mit" } }),
        new("license", "a licence in the metadata where there is none", f => InFrontMatter(f, m => m.License.Count > 0 ? m : m with { License = ["mit"] })),
        new("license", "a permissive licence in place of a restricted one", f => InFrontMatter(f, m => m with { License = [.. m.License.Select(l => l == "cc-by-nc-4.0" ? "mit" : l)] })),
        new("size_score", "smaller weights", f => f with { Weights = [.. f.Weights.Select(w => w with { Bytes = Math.Max(1, w.Bytes / 2) })] }),
        new("size_score", "weights at all", f => f.Weights.Count > 0 ? f : f with { Weights = [Weights(1_000_000_000)] }),
        new("dataset_and_code_score", "a dataset in the metadata", f => InFrontMatter(f, m => m with { Datasets = [.. m.Datasets, "a/b"] })),
        new("dataset_and_code_score", "a dataset that is reached", f => f with { Datasets = [.. f.Datasets, Linked.Dataset("a/c")] }),
        new("dataset_and_code_score", "a repository that is reached", f => f with { Repositories = [.. f.Repositories, Linked.Repository()] }),
        new("dataset_and_code_score", "a link to code", f => f with { Links = [.. f.Links, new("https://gitlab.com/a/b", LinkKind.Repository, 1)] }),
        new("dataset_quality", "a documented dataset", f => f with { Datasets = [.. f.Datasets, Linked.Dataset("a/c")] }),
        new("dataset_quality", "the licence of a dataset", f => OnDataset(f, d => d with { License = "cc0-1.0" })),
        new("dataset_quality", "the size of a dataset", f => OnDataset(f, d => d with { TotalSize = 12_345 })),
        new("dataset_quality", "splits", f => OnDataset(f, d => WithText(d, "It has a training set and a test set."))),
        new("dataset_quality", "provenance", f => OnDataset(f, d => WithText(d, "It was collected from volunteers."))),
        new("dataset_quality", "biases", f => OnDataset(f, d => WithText(d, "It is biased towards towns."))),
        .. Linked.GoodFiles.Where(p => p is not ("README.md" or "src/train/loop.py")).Select(p =>
            new Improvement("code_quality", p, f => OnRepository(f, r => r with { Files = [.. r.Files ?? [], "main.py", p] }))),
        new("code_quality", "a later change", f => OnRepository(f, r => r with { IsArchived = false, History = (r.History ?? Linked.History(1)) with { LastCommitAt = LinkedHosts.Now } })),
        new("reproducibility", "a demo of this model", f => InCard(f, c => c + "\n```python\nfrom transformers import pipeline\nrun = pipeline(model=\"acme/model\")\n```\n")),
        new("reviewedness", "more of it reviewed", f => OnRepository(f, r => r with { Reviews = r.Reviews is { } v ? v with { ReviewedAdditions = Math.Min(v.TotalAdditions, v.ReviewedAdditions + 300) } : null })),
        new("reviewedness", "less pushed without review", f => OnRepository(f, r => r with { Reviews = r.Reviews is { } v ? v with { TotalAdditions = Math.Max(v.ReviewedAdditions, v.TotalAdditions - 300) } : null })),
        new("tree_score", "a better parent", f => f with { Parents = [.. f.Parents.Select(p => p with { NetScore = Math.Min(1, p.NetScore + 0.1) })] }),
    ];

    public static TheoryData<string> Names => [.. Metrics.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Better_evidence_never_lowers_the_metric_and_each_piece_can_raise_it(string name)
    {
        var metric = Metrics.All.Single(m => m.Name == name);
        var improvements = Improvements.Where(i => i.Metric == name).ToList();
        Assert.NotEmpty(improvements);
        foreach (var improvement in improvements)
        {
            var raised = false;
            FsCheck.Check.One(Quiet, Prop.ForAll(Facts.ToArbitrary(), facts =>
            {
                var (before, after) = (Score(metric, facts), Score(metric, improvement.Apply(facts)));
                raised |= after > before + 1e-9;
                return after >= before - 1e-9 ? true : throw new InvalidOperationException($"{name} fell from {before} to {after} by {improvement.What}.");
            }));
            Assert.True(raised, $"{name} never rose by {improvement.What}.");
        }
    }

    [Fact]
    public void A_very_good_a_middling_and_a_poor_model_stand_in_this_order_in_every_metric_and_in_sum()
    {
        var good = Basis with
        {
            Card = Linked.CardOf(Cards.Good), Config = new("config.json", null, "bert"), Weights = [Weights(100_000_000)],
            Repositories = [Linked.Repository()], Datasets = [Linked.Dataset()], Links = LinkFinder.Find(Cards.Good),
            Parents = [new(ArtifactId.Parse("p"), "parent", 0.9)],
        };
        good = WithFile(good, "tokenizer.json");
        var middling = Basis with
        {
            Card = Linked.CardOf("---\nlicense: openrail\ndatasets: [acme/reviews]\n---\n# Model\n\nIt tells praise from complaint.\n\n## Usage\n\n```python\nfrom transformers import pipeline\nrun = pipeline(model=\"other/model\")\n```\n\n## Results\n\n| Dataset | Accuracy |\n|---|---|\n| A | 0.9 |\n"),
            Weights = [Weights(2_000_000_000)],
            Repositories = [Linked.Repository() with { Files = ["train.py", "requirements.txt"], History = Linked.History(50, 2), Reviews = new(10, 4, 300, 1000, [], true) }],
            Datasets = [Linked.Dataset(card: "# Reviews\n\n20,000 reviews under the MIT licence.")],
            Parents = [new(ArtifactId.Parse("p"), "parent", 0.5)],
        };
        var poor = Basis with
        {
            Card = Linked.CardOf("A model."),
            Weights = [Weights(60_000_000_000)],
            Repositories = [Linked.Repository() with { Files = [], History = new(LinkedHosts.Now.AddYears(-1), [], LinkedHosts.Now.AddYears(-3), true), Reviews = new(0, 0, 0, 500, [], true), IsArchived = true }],
            Parents = [new(ArtifactId.Parse("p"), "parent", 0.1)],
        };

        var ratings = new[] { good, middling, poor }.Select(f => RatingEngine.Rate(f, ScoringPolicy.Default, Metrics.All, TimeProvider.System)).ToArray();

        foreach (var name in Metrics.All.Select(m => m.Name))
        {
            Assert.True(
                ratings[0][name].Score >= ratings[1][name].Score && ratings[1][name].Score >= ratings[2][name].Score && ratings[0][name].Score > ratings[2][name].Score,
                $"{name}: {string.Join(", ", ratings.Select(r => r[name].Score))}");
        }
        Assert.True(ratings[0].NetScore > ratings[1].NetScore + 0.2 && ratings[1].NetScore > ratings[2].NetScore + 0.2, string.Join(", ", ratings.Select(r => r.NetScore)));
    }

    private static ArtifactFacts Basis { get; } = new()
    {
        Type = ArtifactType.Model, Name = "acme/model", Url = "https://huggingface.co/acme/model", CollectedAt = LinkedHosts.Now, Revision = "r",
        Files = new(0, 0, [], new Dictionary<string, long>()),
    };

    /// <summary>Facts with every part there or not, in several states.</summary>
    private static FsCheck.Gen<ArtifactFacts> Facts { get; } =
        from card in Gen.Elements<string?>(null, Cards.Poor, Cards.Good, "---\nlicense: cc-by-nc-4.0\n---\n# X\n\n## Dataset\n\n500 images.\n", "# X\n\n## License\n\nMIT.\n")
        from weights in Gen.Choose(0, 3)
        from repository in Repository
        from others in Repository.ArrayOf(1)
        from repositories in Gen.Choose(0, 2)
        from dataset in Gen.Elements<DatasetFacts?>(null, Linked.Dataset(), Linked.Dataset(card: "# D"), Linked.Dataset() with { Card = null, Problem = "Down.", IsTransient = true })
        from hub in Gen.Elements<HubFacts?>(null, Hub(Basis), Hub(Basis) with { PipelineTag = "t", History = Linked.History(9, 1), License = "apache-2.0" })
        from parents in Gen.Choose(0, 10).ArrayOf(2)
        from hasParents in Gen.Elements(true, false)
        select Basis with
        {
            Card = card is null ? null : Linked.CardOf(card),
            Links = card is null ? [] : LinkFinder.Find(card),
            Weights = weights == 0 ? [] : [Weights((long)Math.Pow(30, weights) * 1_000_000)],
            Repositories = [.. new[] { repository }.Concat(others).Take(repositories)],
            Datasets = dataset is null ? [] : [dataset],
            Hub = hub,
            Parents = hasParents ? [.. parents.Select((p, i) => new ParentFact(ArtifactId.Parse($"p{i}"), $"p{i}", p / 10.0))] : [],
        };

    private static FsCheck.Gen<RepositoryFacts> Repository =>
        from files in Gen.SubListOf(Linked.GoodFiles)
        from isRead in Gen.Elements(true, true, false)
        from commits in Gen.Choose(1, 50).NonEmptyListOf()
        from age in Gen.Choose(0, 600)
        from isArchived in Gen.Elements(false, false, true)
        from reviewed in Gen.Choose(0, 1000)
        from unreviewed in Gen.Choose(0, 1000)
        select Linked.Repository() with
        {
            Problem = isRead ? null : "Down.",
            IsTransient = !isRead,
            IsArchived = isArchived,
            License = isRead ? "MIT" : null,
            Files = isRead ? [.. files] : null,
            History = isRead ? Linked.History([.. commits]) with { LastCommitAt = LinkedHosts.Now.AddDays(-age) } : null,
            Reviews = isRead ? new(5, 3, reviewed, reviewed + unreviewed, [], true) : null,
        };

    private static double Score(IMetric metric, ArtifactFacts facts) =>
        metric.Evaluate(new(metric.Name, metric.Probes, metric.Ask(new(facts)))).Value;

    private static WeightSet Weights(long bytes) => new() { Format = WeightFormat.Safetensors, Directory = "", Name = "model", Files = 1, Bytes = bytes };

    private static HubFacts Hub(ArtifactFacts facts) => facts.Hub ?? new() { Url = facts.Url, CollectedAt = LinkedHosts.Now };

    private static ArtifactFacts InCard(ArtifactFacts facts, Func<string, string> change)
    {
        var text = change(facts.Card?.Text ?? "");
        return facts with { Card = Linked.CardOf(text) with { FrontMatter = facts.Card?.FrontMatter ?? FrontMatter.Empty } };
    }

    private static ArtifactFacts InFrontMatter(ArtifactFacts facts, Func<FrontMatter, FrontMatter> change)
    {
        var card = facts.Card ?? Linked.CardOf("");
        return facts with { Card = card with { FrontMatter = change(card.FrontMatter) } };
    }

    private static ArtifactFacts WithFile(ArtifactFacts facts, string path) =>
        facts with { Files = facts.Files with { Count = facts.Files.Count + 1, Entries = [.. facts.Files.Entries, new(path, 10)] } };

    /// <summary>Changes the closest repository; adds none.</summary>
    private static ArtifactFacts OnRepository(ArtifactFacts facts, Func<RepositoryFacts, RepositoryFacts> change) =>
        facts.Repositories.Count == 0 || facts.Repositories[0].IsTransient ? facts : facts with { Repositories = [change(facts.Repositories[0]), .. facts.Repositories.Skip(1)] };

    private static ArtifactFacts OnDataset(ArtifactFacts facts, Func<DatasetFacts, DatasetFacts> change) =>
        facts.Datasets.Count == 0 ? facts : facts with { Datasets = [change(facts.Datasets[0]), .. facts.Datasets.Skip(1)] };

    private static DatasetFacts WithText(DatasetFacts dataset, string text) => dataset with { Card = Linked.CardOf((dataset.Card?.Text ?? "") + "\n\n" + text) };

    private static CommitHistory Levelled(CommitHistory history)
    {
        var commits = history.Committers.Select(c => c.Commits).Order().ToArray();
        if (commits.Length > 1 && commits[^1] > commits[0] + 1) (commits[0], commits[^1]) = (commits[0] + 1, commits[^1] - 1);
        return Linked.History(commits) with { LastCommitAt = history.LastCommitAt };
    }

    private static CommitHistory Joined(CommitHistory history)
    {
        var commits = history.Committers.Select(c => c.Commits).ToArray();
        return Linked.History([.. commits, Math.Max(1, commits.Sum() / commits.Length / 2)]) with { LastCommitAt = history.LastCommitAt };
    }
}
