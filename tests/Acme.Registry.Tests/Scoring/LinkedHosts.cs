using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Tests.Scoring;

/// <summary>Two hosts in memory: repositories below https://github.com/, datasets by name as on Hugging Face.</summary>
internal sealed class LinkedHosts : IRepositoryReader, IDatasetReader
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public Dictionary<string, Func<Task<RepositoryFacts>>> Repositories { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, DatasetFacts> Datasets { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Asked { get; } = [];

    public void Add(RepositoryFacts facts) => Repositories[facts.Url] = () => Task.FromResult(facts);

    public void Add(DatasetFacts facts) => Datasets[facts.Name] = facts;

    public string? PageOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host != "github.com") return null;
        return uri.Segments.Length >= 3 ? $"https://github.com/{uri.Segments[1].Trim('/')}/{uri.Segments[2].Trim('/')}" : null;
    }

    async Task<RepositoryFacts> IRepositoryReader.ReadAsync(string page, FoundBy foundBy, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(page);
        return Repositories.TryGetValue(page, out var read)
            ? await read() with { FoundBy = foundBy }
            : new() { Url = page, FoundBy = foundBy, CollectedAt = Now, Problem = "There is no such repository." };
    }

    public string? NameOf(string urlOrName)
    {
        const string hub = "https://huggingface.co/datasets/";
        if (urlOrName.StartsWith(hub, StringComparison.Ordinal)) return urlOrName[hub.Length..];
        return urlOrName.Contains("://", StringComparison.Ordinal) ? null : urlOrName;
    }

    Task<DatasetFacts> IDatasetReader.ReadAsync(string name, FoundBy foundBy, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(name);
        return Task.FromResult(Datasets.TryGetValue(name, out var facts)
            ? facts with { FoundBy = foundBy }
            : new() { Name = name, FoundBy = foundBy, CollectedAt = Now, Problem = "There is no such dataset." });
    }
}

/// <summary>Repositories, datasets and hubs written for the tests.</summary>
internal static class Linked
{
    public static readonly FoundBy ByCard = new("the card links it", "README.md", 3);

    public static readonly string[] GoodFiles = [".github/workflows/ci.yml", "README.md", "pyproject.toml", "ruff.toml", "src/train/__init__.py", "src/train/loop.py", "src/train/py.typed", "tests/test_loop.py"];

    public static RepositoryFacts Repository(string url = "https://github.com/acme/train") => new()
    {
        Url = url,
        FoundBy = ByCard,
        CollectedAt = LinkedHosts.Now,
        License = "Apache-2.0",
        Files = GoodFiles,
        History = History(30, 28, 25, 20, 18, 15),
        Reviews = new(40, 38, 9000, 10_000, [$"{url}/pull/7"], true),
    };

    public static CommitHistory History(params int[] commits) => new(
        LinkedHosts.Now.AddYears(-1), [.. commits.Select((c, i) => new CommitterFact($"person{i}", c))], LinkedHosts.Now.AddDays(-10), true);

    public const string GoodDatasetCard = """
        ---
        license: cc-by-4.0
        ---
        # Reviews

        20,000 reviews, collected from volunteers, with a training set and a test set.

        ## Considerations

        The reviewers are younger than all customers, which is a known bias.
        """;

    public static DatasetFacts Dataset(string name = "acme/reviews", string card = GoodDatasetCard) => new()
    {
        Name = name,
        FoundBy = new("the card's datasets name it", "README.md"),
        CollectedAt = LinkedHosts.Now,
        Url = $"https://huggingface.co/datasets/{name}",
        Card = CardOf(card),
    };

    public static CardFacts CardOf(string text)
    {
        var (frontMatter, problem) = FrontMatterParser.Parse(text);
        return new("README.md", text, text.Length, frontMatter, problem);
    }
}
