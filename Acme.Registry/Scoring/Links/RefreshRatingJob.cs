using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Links;

/// <summary>Rates a model again when what could not be read of its links may be readable: some minutes later, then at growing intervals, over about an hour.</summary>
public sealed class RefreshRatingJob(RatingService ratings) : IJobHandler
{
    /// <summary>The kind of these jobs.</summary>
    public const string KindName = "rate";

    private const int MaxAttempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>The job for a model; one at a time.</summary>
    internal static Job For(ArtifactId model, DateTimeOffset now) =>
        new() { Id = $"{KindName}-{model}", Kind = KindName, Payload = $"\"{model}\"", DueAt = now + FirstPause };

    /// <inheritdoc/>
    public async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        if (!await ratings.RefreshAsync(ArtifactId.Parse(job.Payload.Trim('"')), cancellationToken))
            throw new StillNotLearntException("Something the model is linked with still cannot be read; its rating says what.");
    }

    /// <inheritdoc/>
    public bool ShouldRetry(Exception failure, int attempts) =>
        failure is StillNotLearntException or VersionConflictException && attempts < MaxAttempts;
}

/// <summary>Reading again has not helped yet.</summary>
public sealed class StillNotLearntException(string message) : Exception(message);
