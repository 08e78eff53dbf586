using System.Text.RegularExpressions;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>
/// Runs the demo of a model's card once all its files are here, and keeps the rating that follows. One demo at a time. Without a
/// runner, jobs from the time when there was one end with nothing done.
/// </summary>
public sealed partial class ReproduceJob(ICatalog catalog, IBlobStore blobs, RatingService ratings, IReproductionRunner? runner = null) : IJobHandler, IDisposable
{
    /// <summary>The kind of these jobs.</summary>
    public const string KindName = "reproduce";

    // With the growing pauses between attempts, about five hours: longer than the files of a revision are tried for.
    private const int MaxAttempts = 14;

    private readonly SemaphoreSlim _place = new(1);

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public bool IsLong => true;

    /// <summary>The job for a revision of a model.</summary>
    internal static Job For(ArtifactId model, string revision, DateTimeOffset now) =>
        new() { Id = $"{KindName}-{model}-{revision}", Kind = KindName, Payload = $"\"{model}\"", DueAt = now };

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        var id = ArtifactId.Parse(job.Payload.Trim('"'));
        await _place.WaitAsync(cancellationToken);
        try
        {
            // A process that takes the job up at the very moment of publication finds no model yet.
            if (await catalog.Artifacts.FindAsync(id, cancellationToken) is null && job.Attempts == 0) throw new DemoNotReadyException($"The model {id} is not published.");
            await ratings.ReviseAsync(id, facts => RunAsync(id, facts, cancellationToken), cancellationToken);
        }
        finally
        {
            _place.Release();
        }
    }

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) =>
        failure is DemoNotReadyException or RunnerFailedException or VersionConflictException or StorageFullException or IOException && attempts + 1 < MaxAttempts;

    /// <inheritdoc/>
    public void Dispose() => _place.Dispose();

    private async Task<Facts.ArtifactFacts?> RunAsync(ArtifactId id, Facts.ArtifactFacts facts, CancellationToken cancellationToken)
    {
        if (runner is null || facts.DemoRun is not null || ReproducibilityMetric.DemoOf(facts) is not { } blocks) return null;
        if (await catalog.Artifacts.FindAsync(id, cancellationToken) is not { } found || found.Item.Revisions.LastOrDefault(r => r.Id == facts.Revision) is not { } revision) return null;
        var files = Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest, cancellationToken));
        if (files.Entries.FirstOrDefault(e => e.Remote is not null) is { } missing) throw new DemoNotReadyException($"'{missing.Path}' of the model {id} is not here yet.");
        var names = ReproducibilityMetric.Names(facts).Where(n => HubName().IsMatch(n)).ToList();
        return facts with { DemoRun = await runner.RunAsync(blocks, names, files, cancellationToken) };
    }

    [GeneratedRegex(@"^[\w.-]{1,96}(/[\w.-]{1,96})?$", RegexOptions.CultureInvariant)]
    private static partial Regex HubName();
}

/// <summary>What the demo needs is not here yet.</summary>
public sealed class DemoNotReadyException(string message) : Exception(message);
