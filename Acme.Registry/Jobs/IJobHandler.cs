namespace Acme.Registry.Jobs;

/// <summary>Does the jobs of one kind.</summary>
public interface IJobHandler
{
    /// <summary>The kind; see <see cref="Job.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>Does the job. May be called again for a job whose process died: must find out what is done already.</summary>
    Task RunAsync(Job job, CancellationToken cancellationToken);

    /// <summary>Whether a failed job is to be tried again later. Not asked where an engine was away: then it always is.</summary>
    /// <param name="failure">What <see cref="RunAsync"/> threw.</param>
    /// <param name="attempts">How often it has been tried before this failure.</param>
    bool ShouldRetry(Exception failure, int attempts);

    /// <summary>
    /// Whether a job may last for hours and mostly waits. Such jobs take none of the places that short ones share; the handler bounds
    /// them itself.
    /// </summary>
    bool IsLong => false;

    /// <summary>When a job that has been done is to be done again; null for once only.</summary>
    TimeSpan? RepeatAfter => null;
}
