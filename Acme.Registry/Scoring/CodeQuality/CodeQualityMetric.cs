using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.CodeQuality;

/// <summary>
/// How maintainable is the code: tests, continuous integration, linter, types, declared dependencies, structure, recency. Read from the
/// file lists of the artifact itself and of the closest linked repository; what one of them has counts.
/// </summary>
public sealed class CodeQualityMetric : IMetric
{
    private sealed record Question(string Probe, string What, Regex Path);

    /// <summary>A list of files and where it is from.</summary>
    private sealed record Place(string Name, IReadOnlyList<string> Files, Func<string, Evidence> Point);

    // Anybody names these files: no pattern may go over a path again from each of its places.
    private static readonly Question[] Questions =
    [
        Ask("tests", "tests", @"^(?>((?!(tests?|spec)/)[^/]*/)*)(tests?|spec)/.+\.\w+$|(^|/)(test_[^/]+|[^/]+_test)\.(py|go|js|ts)$|\.(test|spec)\.[jt]sx?$"),
        Ask("continuous_integration", "a continuous integration set-up", @"^\.github/workflows/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$|^\.circleci/|^azure-pipelines\.yml$|^Jenkinsfile$|^\.travis\.yml$|^\.buildkite/"),
        Ask("linter", "a linter's configuration", @"(^|/)(\.?ruff\.toml|\.flake8|\.?pylintrc|\.pre-commit-config\.ya?ml|\.editorconfig|\.eslintrc[^/]*|eslint\.config\.[^/]+|\.clang-format|\.clang-tidy|\.golangci\.ya?ml|\.?rustfmt\.toml)$"),
        Ask("typing", "declared types", @"(^|/)(py\.typed|\.?mypy\.ini|pyrightconfig\.json|tsconfig\.json)$|\.pyi$|\.(ts|go|rs|cs|java|kt|scala|swift)$"),
        Ask("dependencies", "declared dependencies", @"(^|/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|environment\.ya?ml|Pipfile|package\.json|go\.mod|Cargo\.toml|pom\.xml|CMakeLists\.txt|[^/]+\.csproj)$"),
        Ask("structure", "code that is laid out in packages or directories", @"(^|/)__init__\.py$|^(src|lib|pkg|cmd|internal|packages)/.+\.\w+$"),
    ];

    /// <summary>What earns the score.</summary>
    public static Checklist Checklist { get; } = new(
        new("tests", 0.25), new("continuous_integration", 0.2), new("linter", 0.1), new("typing", 0.1), new("dependencies", 0.1), new("structure", 0.1), new("recently_changed", 0.15));

    /// <inheritdoc/>
    public string Name => "code_quality";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public FactSources Uses => FactSources.Repositories;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var places = Places(model.Facts).ToList();
        return [.. Questions.Select(q => places.Count > 0 ? OfFiles(places, q) : NotLearnt(model, q.Probe)), Recency(model)];
    }

    private static IEnumerable<Place> Places(ArtifactFacts facts)
    {
        var own = facts.Files.Entries.Select(e => e.Path).ToList();
        if (own.Any(IsCode)) yield return new("the artifact's own code", own, path => new(path));
        var repository = facts.ClosestRepository().FirstOrDefault(r => r.Files is not null);
        if (repository is not null) yield return new(repository.Url, repository.Files!, path => repository.Evidence(path));
    }

    private static bool IsCode(string path) => FileKinds.Of(path) == "code";

    private static Finding OfFiles(List<Place> places, Question question)
    {
        foreach (var place in places)
        {
            if (place.Files.FirstOrDefault(question.Path.IsMatch) is { } file)
                return Finding.True(question.Probe, $"There is {question.What} in {place.Name}.", null, place.Point(file));
        }
        return Finding.False(question.Probe, $"There is no sign of {question.What} in {string.Join(" or ", places.Select(p => p.Name))}.", $"Add {question.What}.");
    }

    /// <summary>Amount: recency of the last commit, 0..1.</summary>
    private static Finding Recency(RatedModel model)
    {
        const string probe = "recently_changed";
        if (model.Facts.ClosestRepository().FirstOrDefault(r => r.History is not null) is not { History: { } history } repository) return NotLearnt(model, probe);
        var recency = history.LastCommitAt is { } last && !repository.IsArchived ? LinkedEvidence.Recency(last, repository.CollectedAt) : 0;
        return recency > 0
            ? Finding.True(probe, $"{repository.Url} was last changed on {history.LastCommitAt:yyyy-MM-dd}.", recency, repository.Evidence())
            : Finding.False(probe, repository.IsArchived ? $"{repository.Url} is archived." : $"{repository.Url} was not changed in the year before it was read.", "Keep the code maintained.", repository.Evidence());
    }

    private static Finding NotLearnt(RatedModel model, string probe) => model.HasLinkedRepository()
        ? Finding.NotLearnt(probe, $"It is not known of the linked repository. {model.RepositoryProblems()}", "Link a repository that can be read, or rate the model again later.", model.LinkedRepositories())
        : Finding.NotLearnt(probe, "The artifact's files do not tell, and no repository is linked.", "Link the code repository in the card.");

    private static Question Ask(string probe, string what, string pattern) => new(probe, what, new(pattern, RegexOptions.CultureInvariant));
}
