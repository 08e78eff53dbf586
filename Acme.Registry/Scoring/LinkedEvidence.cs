using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring;

/// <summary>What the card links to, as evidence.</summary>
public static class LinkedEvidence
{
    /// <summary>Links of a kind, with their lines.</summary>
    public static IReadOnlyList<Evidence> Linked(this RatedModel model, LinkKind kind) =>
        [.. model.Facts.Links.Where(l => l.Kind == kind).Select(l => new Evidence(model.Facts.Card?.Path, l.Line, l.Url))];

    /// <summary>Repositories that the card links to.</summary>
    public static IReadOnlyList<Evidence> LinkedRepositories(this RatedModel model) => model.Linked(LinkKind.Repository);
}
