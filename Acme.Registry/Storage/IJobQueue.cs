using Acme.Registry.Jobs;

namespace Acme.Registry.Storage;

/// <summary>Background work that outlives the process that accepted it. Whoever holds the lease works; a lease that runs out frees the job.</summary>
public interface IJobQueue
{
    /// <summary>Adds a job; false when one with its id is there already (nothing changes then).</summary>
    Task<bool> AddAsync(Job job, CancellationToken cancellationToken = default);

    /// <summary>The job, or nothing when it was never added or is finished.</summary>
    Task<Job?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Leases the job that has been due longest and that nobody holds; nothing when there is none. Among concurrent callers one gets it.
    /// </summary>
    /// <param name="owner">Names the caller; unique per process.</param>
    /// <param name="now">The caller's time.</param>
    /// <param name="lease">How long it is held without renewal.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Job?> LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Holds it longer; false when the owner has lost it.</summary>
    Task<bool> RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the owner's hold: removes the job, or, with <paramref name="retryAt"/>, makes it due again then with one more attempt
    /// counted. False when the owner has lost it (nothing changes then).
    /// </summary>
    Task<bool> FinishAsync(string id, string owner, DateTimeOffset? retryAt = null, CancellationToken cancellationToken = default);

    /// <summary>All jobs, held or not, in ordinal order of their ids. For operators; no worker needs it.</summary>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidCursorException">Not a cursor of this store.</exception>
    Task<Page<Job>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
