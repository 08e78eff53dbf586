using System.Collections.Concurrent;
using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.License;
using Acme.Registry.Scoring.Links;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Scoring.Reproducibility;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring;

/// <summary>Rates models at ingest, keeps the ratings, and renews them from their stored facts where what they rest on has changed.</summary>
public sealed class RatingService(
    ICatalog catalog, IBlobStore blobs, TimeProvider time, PolicySource policies, LinkedFactsCollector linked, IReadOnlyList<IMetric> metrics,
    IReproductionRunner? runner = null)
{
    private readonly FactCollector _collector = new(blobs, time);
    private readonly RegisteredLinks _registered = new(catalog, blobs, new(blobs, time));
    private readonly ConcurrentDictionary<(ArtifactId Id, long Version), Lazy<Task<Rating>>> _underWay = new();

    /// <summary>Rates by all metrics there are; demos are run where there is a runner.</summary>
    public RatingService(
        ICatalog catalog, IBlobStore blobs, TimeProvider time, PolicySource policies, LinkedFactsCollector linked, IReproductionRunner? runner = null)
        : this(catalog, blobs, time, policies, linked, Metrics.All, runner)
    {
    }

    /// <summary>Looks at the contents of an artifact that is about to be published; stores the rating of a model.</summary>
    /// <param name="subject">The artifact.</param>
    /// <param name="manifest">Its files, whose blobs are stored.</param>
    /// <param name="hub">What the hub that it comes from tells about it.</param>
    /// <param name="repository">The source code repository that it was taken from.</param>
    /// <param name="cancellationToken">Ends the work; a rating that is stored already is left to garbage collection.</param>
    /// <exception cref="StorageFullException">No room for the rating.</exception>
    public async Task<Assessment> AssessAsync(
        ArtifactSubject subject, Manifest manifest, HubFacts? hub = null, RepositoryFacts? repository = null, CancellationToken cancellationToken = default)
    {
        var facts = await CollectAsync(subject, manifest, hub, cancellationToken);
        var parents = LineageReferences.Of(facts);
        if (subject.Type != ArtifactType.Model) return new(LicenseSources.Of(facts).Identified?.ToString(), parents, null, facts.Card?.Text, null, null);
        return await ConcludeAsync(subject.Id, Rate(await LinkAsync(subject.Id, facts, parents, repository, cancellationToken)), parents, cancellationToken);
    }

    /// <summary>
    /// Looks again at contents of a model that were rated before. The rating of then comes back; where the policy, the formulae, or registered parents, data
    /// sets or code are others now, it is computed again from what was learnt then. Stores the rating.
    /// </summary>
    /// <param name="id">The model.</param>
    /// <param name="document">The blob with the rating of then.</param>
    /// <param name="cancellationToken">Ends the work; a rating that is stored already is left to garbage collection.</param>
    /// <exception cref="BlobNotFoundException">The rating of then is not there.</exception>
    /// <exception cref="StorageFullException">No room for the rating.</exception>
    public async Task<Assessment> AssessAgainAsync(ArtifactId id, Sha256Digest document, CancellationToken cancellationToken = default)
    {
        var stored = await ReadAsync(document, cancellationToken);
        var parents = LineageReferences.Of(stored.Facts);
        var (rating, _) = await PresentAsync(stored, await new ParentScores(catalog, this).OfAsync(id, parents, cancellationToken), cancellationToken);
        return await ConcludeAsync(id, rating, parents, cancellationToken);
    }

    /// <summary>What the rating of a model with these contents would be; nothing is kept.</summary>
    internal async Task<Rating> PreviewAsync(ArtifactSubject subject, Manifest manifest, HubFacts? hub, RepositoryFacts? repository, CancellationToken cancellationToken)
    {
        var facts = await CollectAsync(subject, manifest, hub, cancellationToken);
        return Rate(await LinkAsync(subject.Id, facts, LineageReferences.Of(facts), repository, cancellationToken));
    }

    /// <summary>
    /// The model's rating. Where its registered parents, data sets or code, the policy or the formulae are others than those it was computed with, it
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

    /// <summary>What the model's rating rests on, as <see cref="GetAsync"/> leaves it; there also where a metric could not be computed.</summary>
    public async Task<ArtifactFacts> GetFactsAsync(Versioned<Artifact> artifact, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await GetAsync(artifact, cancellationToken)).Facts;
        }
        catch (RatingFailedException e)
        {
            return e.Rating.Facts;
        }
    }

    /// <summary>Computes the rating again from facts alone; the same facts give the same scores.</summary>
    public Rating Replay(ArtifactFacts facts) => Rate(facts);

    /// <summary>What a policy says to the stored rating of a model, and the net score by its weights; nothing where the model is gone or has none.</summary>
    public async Task<(Verdict Verdict, double NetScore)?> JudgeAsync(Artifact model, ScoringPolicy policy, CancellationToken cancellationToken = default)
    {
        if (model.Rating is null) return null;
        try
        {
            var rating = await ReadAsync(model.Rating.Document, cancellationToken);
            return RatingEngine.Judge(rating.Metrics, policy, model.License);
        }
        catch (BlobNotFoundException)
        {
            // Deleted, or rated again, a moment ago and collected since.
            return null;
        }
    }

    /// <summary>The rating as it is with these parents: the stored one where nothing has changed, else a new one.</summary>
    internal async Task<(Rating Rating, bool IsNew)> PresentAsync(Artifact artifact, IReadOnlyList<ParentFact> parents, CancellationToken cancellationToken)
    {
        var reference = artifact.Rating ?? throw new ArgumentException($"The artifact {artifact.Id} has no rating; only models are rated.", nameof(artifact));
        return await PresentAsync(await ReadAsync(reference.Document, cancellationToken), parents, cancellationToken);
    }

    private async Task<(Rating Rating, bool IsNew)> PresentAsync(Rating stored, IReadOnlyList<ParentFact> parents, CancellationToken cancellationToken)
    {
        var policy = policies.Current;
        var links = await _registered.FindAsync(stored.Facts, cancellationToken);
        var isLinkedSo = RegisteredLinks.Matches(stored.Facts, links);
        var isCurrent = stored.EngineVersion == RatingEngine.Version
            && stored.Verdict.Policy == policy.Name && stored.Verdict.Version == policy.Version
            && stored.Metrics.All(m => m.Failure is null)
            && stored.Facts.Parents.SequenceEqual(parents)
            && isLinkedSo;
        if (isCurrent) return (stored, false);
        var facts = isLinkedSo ? stored.Facts : await _registered.ApplyAsync(stored.Facts, links, cancellationToken);
        return (Rate(facts with { Parents = parents }), true);
    }

    /// <summary>
    /// Reads again what could not be read of a model's links, and keeps the rating that follows. Nothing happens to a model that is gone.
    /// </summary>
    /// <returns>False when reading again later may learn still more.</returns>
    /// <exception cref="VersionConflictException">Someone changed the model meanwhile; nothing was kept.</exception>
    public async Task<bool> RefreshAsync(ArtifactId id, CancellationToken cancellationToken = default)
    {
        var isTransient = false;
        await ReviseAsync(
            id,
            async stored =>
            {
                if (!LinkedFactsCollector.IsTransient(stored)) return null;
                var facts = await linked.CollectAgainAsync(stored, cancellationToken);
                isTransient = LinkedFactsCollector.IsTransient(facts);
                return facts;
            },
            cancellationToken);
        return !isTransient;
    }

    /// <summary>Learns something about a model, and keeps the rating that follows. Nothing happens to a model that is gone.</summary>
    /// <param name="id">The model.</param>
    /// <param name="learn">From the stored facts to the new ones; null when there is nothing new.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="VersionConflictException">Someone changed the model meanwhile; nothing was kept.</exception>
    internal async Task ReviseAsync(ArtifactId id, Func<ArtifactFacts, Task<ArtifactFacts?>> learn, CancellationToken cancellationToken)
    {
        if (await catalog.Artifacts.FindAsync(id, cancellationToken) is not { Item.Rating: { } reference } found) return;
        var stored = await ReadAsync(reference.Document, cancellationToken);
        if (await learn(stored.Facts) is not { } facts) return;
        try
        {
            await KeepAsync(found, Rate(facts), cancellationToken);
        }
        catch (EpochChangedException)
        {
            // The registry was emptied meanwhile, and the model with it.
            return;
        }
    }

    private async Task<ArtifactFacts> CollectAsync(ArtifactSubject subject, Manifest manifest, HubFacts? hub, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var facts = await _collector.CollectAsync(subject, manifest, cancellationToken) with { Hub = hub };
        return facts with { Collection = new(time.GetElapsedTime(start).TotalSeconds, 0, 0) };
    }

    private async Task<ArtifactFacts> LinkAsync(
        ArtifactId id, ArtifactFacts facts, IReadOnlyList<LineageReference> parents, RepositoryFacts? repository, CancellationToken cancellationToken)
    {
        var present = await new ParentScores(catalog, this).OfAsync(id, parents, cancellationToken);
        facts = await linked.CollectAsync(facts with { Parents = present }, repository, cancellationToken);
        return await _registered.ApplyAsync(facts, await _registered.FindAsync(facts, cancellationToken), cancellationToken);
    }

    private async Task<Assessment> ConcludeAsync(ArtifactId id, Rating rating, IReadOnlyList<LineageReference> parents, CancellationToken cancellationToken)
    {
        var facts = rating.Facts;
        // The jobs find nothing to do when the artifact is not published after all.
        if (LinkedFactsCollector.IsTransient(facts)) await catalog.Jobs.AddAsync(RefreshRatingJob.For(id, time.GetUtcNow()), cancellationToken);
        if (runner is not null && facts.DemoRun is null && ReproducibilityMetric.DemoOf(facts) is not null)
            await catalog.Jobs.AddAsync(ReproduceJob.For(id, facts.Revision, time.GetUtcNow()), cancellationToken);
        return new(LicenseSources.Of(facts).Identified?.ToString(), parents, LineageReferences.Problem(facts), facts.Card?.Text, rating, await StoreAsync(rating, cancellationToken));
    }

    private Rating Rate(ArtifactFacts facts) => RatingEngine.Rate(facts, policies.Current, metrics, time);

    private async Task<Rating> RenewAsync(Versioned<Artifact> artifact)
    {
        var parents = await new ParentScores(catalog, this).OfAsync(artifact.Item.Id, artifact.Item.Parents, CancellationToken.None);
        var (rating, isNew) = await PresentAsync(artifact.Item, parents, CancellationToken.None);
        // A record from before findings were kept in it gets them now.
        isNew |= artifact.Item.Rating is { Findings: null };
        // What failed is tried again by the next reader, and not kept.
        if (!isNew || rating.Metrics.Any(m => m.Failure is not null)) return rating;
        try
        {
            await KeepAsync(artifact, rating, CancellationToken.None);
        }
        catch (Exception e) when (e is VersionConflictException or EpochChangedException)
        {
            // Someone changed, deleted or reset it meanwhile: what they wrote stands, and this answer is still true of what was asked.
            return rating;
        }
        return rating;
    }

    private async Task KeepAsync(Versioned<Artifact> artifact, Rating rating, CancellationToken cancellationToken) =>
        await catalog.Artifacts.SaveAsync(artifact.Item with { Rating = await StoreAsync(rating, cancellationToken) }, card: null, artifact.Version, cancellationToken);

    private async Task<Rating> ReadAsync(Sha256Digest document, CancellationToken cancellationToken) =>
        Rating.Deserialize(await blobs.ReadAllBytesAsync(document, cancellationToken));

    private async Task<RatingReference> StoreAsync(Rating rating, CancellationToken cancellationToken) =>
        new((await blobs.PutBytesAsync(rating.Serialize(), cancellationToken)).Digest, rating.NetScore, rating.Verdict.Accepted, rating.RatedAt, Unmet(rating));

    private static string[] Unmet(Rating rating) =>
        [.. from metric in rating.Metrics from finding in metric.Findings where finding.Outcome is Outcome.False or Outcome.NotLearnt select $"{metric.Name}.{finding.Probe}"];
}
