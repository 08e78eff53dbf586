using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.CodeQuality;

/// <summary>
/// How maintainable is the code: tests, continuous integration, linter, types, declared dependencies, recency. Read from the file
/// list of the artifact itself; a linked repository's is not known here.
/// </summary>
public sealed class CodeQualityMetric : IMetric
{
    private sealed record Question(string Probe, string What, Regex Path);

    private static readonly Question[] Questions =
    [
        Ask("tests", "tests", @"(^|/)(tests?|spec)/.+\.\w+$|(^|/)(test_[^/]+|[^/]+_test)\.(py|go|js|ts)$"),
        Ask("continuous_integration", "a continuous integration set-up", @"^\.github/workflows/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$|^\.circleci/|^azure-pipelines\.yml$|^Jenkinsfile$|^\.travis\.yml$"),
        Ask("linter", "a linter's configuration", @"(^|/)(\.?ruff\.toml|\.flake8|\.?pylintrc|\.pre-commit-config\.ya?ml|\.editorconfig|\.eslintrc[^/]*|\.clang-format|\.golangci\.ya?ml|rustfmt\.toml)$"),
        Ask("typing", "declared types", @"(^|/)(py\.typed|\.?mypy\.ini|pyrightconfig\.json|tsconfig\.json)$|\.pyi$|\.(ts|go|rs|cs|java|kt|scala|swift)$"),
        Ask("dependencies", "declared dependencies", @"(^|/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|environment\.ya?ml|package\.json|go\.mod|Cargo\.toml|[^/]+\.csproj)$"),
    ];

    /// <summary>What earns the score.</summary>
    public static Checklist Checklist { get; } = new(
        new("tests", 0.3), new("continuous_integration", 0.2), new("linter", 0.1), new("typing", 0.1), new("dependencies", 0.15), new("recently_changed", 0.15));

    /// <inheritdoc/>
    public string Name => "code_quality";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var hasCode = model.Facts.Files.Entries.Any(e => FileKinds.Of(e.Path) == "code");
        var recency = Finding.NotLearnt(
            "recently_changed", "The artifact's files do not tell when its code was last changed.", "Ingest the model from its repository's URL.", model.LinkedRepositories());
        return [.. Questions.Select(q => hasCode ? OfOwnFiles(model.Facts.Files, q) : Unknown(model, q)), recency];
    }

    private static Finding OfOwnFiles(FileFacts files, Question question) =>
        files.Entries.FirstOrDefault(e => question.Path.IsMatch(e.Path)) is { } file
            ? Finding.True(question.Probe, $"The artifact's own code has {question.What}.", null, new Evidence(file.Path))
            : Finding.False(question.Probe, $"The artifact's own code lacks {question.What}.", $"Add {question.What}.");

    private static Finding Unknown(RatedModel model, Question question) =>
        Finding.NotLearnt(question.Probe, "The artifact holds no code, and no linked repository has been read.", "Link the code repository in the card.", model.LinkedRepositories());

    private static Question Ask(string probe, string what, string pattern) => new(probe, what, new(pattern, RegexOptions.NonBacktracking));
}
