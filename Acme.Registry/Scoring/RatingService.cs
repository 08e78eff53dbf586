using System.Collections.Concurrent;
using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.License;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring;

/// <summary>Rates models at ingest, keeps the ratings, and renews them from their stored facts where what they rest on has changed.</summary>
public sealed class RatingService(ICatalog catalog, IBlobStore blobs, TimeProvider time, ScoringPolicy policy, IReadOnlyList<IMetric> metrics)
{
    private readonly FactCollector _collector = new(blobs, time);
    private readonly ConcurrentDictionary<(ArtifactId Id, long Version), Lazy<Task<Rating>>> _underWay = new();

    /// <summary>Rates by all metrics there are.</summary>
    public RatingService(ICatalog catalog, IBlobStore blobs, TimeProvider time, ScoringPolicy policy)
        : this(catalog, blobs, time, policy, Metrics.All)
    {
    }

    /// <summary>Looks at the contents of an artifact that is about to be published; stores the rating of a model.</summary>
    /// <param name="subject">The artifact.</param>
    /// <param name="manifest">Its files, whose blobs are stored.</param>
    /// <param name="cancellationToken">Ends the work; a rating that is stored already is left to garbage collection.</param>
    /// <exception cref="StorageFullException">No room for the rating.</exception>
    public async Task<Assessment> AssessAsync(ArtifactSubject subject, Manifest manifest, CancellationToken cancellationToken = default)
    {
        var facts = await _collector.CollectAsync(subject, manifest, cancellationToken);
        var license = LicenseSources.Of(facts).Identified?.ToString();
        var parents = LineageReferences.Of(facts);
        var card = facts.Card?.Text;
        if (subject.Type != ArtifactType.Model) return new(license, parents, null, card, null, null);

        var present = await new ParentScores(catalog, this).OfAsync(subject.Id, parents, cancellationToken);
        var rating = Rate(facts with { Parents = present });
        return new(license, parents, LineageReferences.Problem(facts), card, rating, await StoreAsync(rating, cancellationToken));
    }

    /// <summary>
    /// The model's rating. Where its registered parents, the policy or the formulae are others than those it was computed with, it
    /// is computed again from its stored facts and kept. Concurrent callers share one computation.
    /// </summary>
    /// <exception cref="ArgumentException">The artifact has no rating; only models have.</exception>
    /// <exception cref="RatingFailedException">A metric could not be computed.</exception>
    public async Task<Rating> GetAsync(Versioned<Artifact> artifact, CancellationToken cancellationToken = default)
    {
        var key = (artifact.Item.Id, artifact.Version);
        // What several callers wait for must not end because the first one goes away.
        var rating = await _underWay.GetOrAdd(key, _ => new(() => Task.Run(ShareAsync, CancellationToken.None))).Value.WaitAsync(cancellationToken);
        return rating.Metrics.FirstOrDefault(m => m.Failure is not null) is { } failed ? throw new RatingFailedException(rating, failed) : rating;

        async Task<Rating> ShareAsync()
        {
            try
            {
                return await RenewAsync(artifact);
            }
            finally
            {
                _underWay.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Computes the rating again from facts alone; the same facts give the same scores.</summary>
    public Rating Replay(ArtifactFacts facts) => Rate(facts);

    /// <summary>The rating as it is with these parents: the stored one where nothing has changed, else a new one.</summary>
    internal async Task<(Rating Rating, bool IsNew)> PresentAsync(Artifact artifact, IReadOnlyList<ParentFact> parents, CancellationToken cancellationToken)
    {
        var reference = artifact.Rating ?? throw new ArgumentException($"The artifact {artifact.Id} has no rating; only models are rated.", nameof(artifact));
        var stored = Rating.Deserialize(await blobs.ReadAllBytesAsync(reference.Document, cancellationToken));
        var isCurrent = stored.EngineVersion == RatingEngine.Version
            && stored.Verdict.Policy == policy.Name && stored.Verdict.Version == policy.Version
            && stored.Metrics.All(m => m.Failure is null)
            && stored.Facts.Parents.SequenceEqual(parents);
        return isCurrent ? (stored, false) : (Rate(stored.Facts with { Parents = parents }), true);
    }

    private Rating Rate(ArtifactFacts facts) => RatingEngine.Rate(facts, policy, metrics, time);

    private async Task<Rating> RenewAsync(Versioned<Artifact> artifact)
    {
        var parents = await new ParentScores(catalog, this).OfAsync(artifact.Item.Id, artifact.Item.Parents, CancellationToken.None);
        var (rating, isNew) = await PresentAsync(artifact.Item, parents, CancellationToken.None);
        // What failed is tried again by the next reader, and not kept.
        if (!isNew || rating.Metrics.Any(m => m.Failure is not null)) return rating;
        try
        {
            await catalog.Artifacts.SaveAsync(
                artifact.Item with { Rating = await StoreAsync(rating, CancellationToken.None) }, card: null, artifact.Version, CancellationToken.None);
        }
        catch (Exception e) when (e is VersionConflictException or EpochChangedException)
        {
            // Someone changed, deleted or reset it meanwhile: what they wrote stands, and this answer is still true of what was asked.
            return rating;
        }
        return rating;
    }

    private async Task<RatingReference> StoreAsync(Rating rating, CancellationToken cancellationToken) =>
        new((await blobs.PutBytesAsync(rating.Serialize(), cancellationToken)).Digest, rating.NetScore, rating.Verdict.Accepted, rating.RatedAt);
}
