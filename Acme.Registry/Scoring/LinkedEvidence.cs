using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring;

/// <summary>What the model is linked with, as evidence.</summary>
public static class LinkedEvidence
{
    /// <summary>Links of a kind, with their lines.</summary>
    public static IReadOnlyList<Evidence> Linked(this RatedModel model, LinkKind kind) =>
        [.. model.Facts.Links.Where(l => l.Kind == kind).Select(l => new Evidence(model.Facts.Card?.Path, l.Line, l.Url))];

    /// <summary>Repositories that were found, and those that the card links to.</summary>
    public static IReadOnlyList<Evidence> LinkedRepositories(this RatedModel model) =>
        [.. model.Facts.Repositories.Select(r => r.Evidence()), .. model.Linked(LinkKind.Repository)];

    /// <summary>Whether the card links a repository, or one was found in another way.</summary>
    public static bool HasLinkedRepository(this RatedModel model) =>
        model.Facts.Repositories.Count > 0 || model.Facts.Links.Any(l => l.Kind == LinkKind.Repository);

    /// <summary>
    /// The repository that histories, reviews and code are asked of: the closest one that exists, with the registered copy of it beside it where
    /// there is one. Another one does not stand in for it where it cannot be read for now, so that a library which is linked beside the model's
    /// own code earns the model nothing.
    /// </summary>
    public static IReadOnlyList<RepositoryFacts> ClosestRepository(this ArtifactFacts facts)
    {
        var existing = facts.Repositories.Where(r => r.IsReached() || r.IsTransient).ToList();
        return [.. existing.Where(r => string.Equals(Page(r), Page(existing[0]), StringComparison.OrdinalIgnoreCase))];

        static string Page(RepositoryFacts repository) => LineageReferences.RepositoryUrl(repository.Url) ?? repository.Url;
    }

    /// <summary>Why repositories could not be read, in one text for people; empty without a problem.</summary>
    public static string RepositoryProblems(this RatedModel model) => string.Join(" ", model.Facts.Repositories.Select(r => r.Problem).OfType<string>().Distinct());

    /// <summary>Points to a repository and says how it was found.</summary>
    public static Evidence Evidence(this RepositoryFacts repository, string? value = null) =>
        new(repository.FoundBy.File, repository.FoundBy.Line, repository.Url, value ?? repository.FoundBy.How);

    /// <summary>Points to a dataset and says how it was found.</summary>
    public static Evidence Evidence(this DatasetFacts dataset, string? value = null) =>
        new(dataset.FoundBy.File, dataset.FoundBy.Line, dataset.Url, value ?? $"{dataset.Name}: {dataset.FoundBy.How}");

    /// <summary>Whether anything of it could be read.</summary>
    public static bool IsReached(this RepositoryFacts repository) =>
        repository.Problem is null || repository.Files is not null || repository.History is not null || repository.License is not null;

    /// <summary>
    /// How recent a last commit is: 1 within <see cref="RecentDays"/> days, falling in a straight line to 0 after a year. By whole days, so that
    /// readings of the same day agree.
    /// </summary>
    public static double Recency(DateTimeOffset lastCommit, DateTimeOffset readAt) =>
        Math.Clamp((YearDays - Math.Floor((readAt - lastCommit).TotalDays)) / (YearDays - RecentDays), 0, 1);

    /// <summary>Days for which a commit counts as recent in full.</summary>
    public const double RecentDays = 90;

    private const double YearDays = 365;
}
