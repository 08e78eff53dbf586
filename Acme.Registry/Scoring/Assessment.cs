using Acme.Registry.Artifacts;

namespace Acme.Registry.Scoring;

/// <summary>What ingest learns about an artifact's contents, ready to be published with it.</summary>
/// <param name="License">SPDX identifier or expression, where one could be told.</param>
/// <param name="Parents">What the files name as its origins.</param>
/// <param name="LineageProblem">Why no lineage can be computed, where a model's configuration is malformed.</param>
/// <param name="Card">The card's text, for search; null without a card.</param>
/// <param name="Rating">The rating; models only.</param>
/// <param name="Reference">Where the rating is kept; models only.</param>
public sealed record Assessment(
    string? License, IReadOnlyList<LineageReference> Parents, string? LineageProblem, string? Card, Rating? Rating, RatingReference? Reference);
