namespace Acme.Registry.Storage;

/// <summary>
/// Everything the registry knows that is not bytes, in seven small stores of one provider.
/// Across all of them: a change is one conditional write of one item; a method that returns has made its change durable, and every
/// later read on every instance sees it, by id, by name, in listings and in searches. Every method throws <see cref="StorageUnavailableException"/>
/// when the engine stays away.
/// </summary>
public interface ICatalog
{
    /// <summary>Artifacts.</summary>
    IArtifactStore Artifacts { get; }

    /// <summary>Users.</summary>
    IUserStore Users { get; }

    /// <summary>Access tokens.</summary>
    ITokenStore Tokens { get; }

    /// <summary>The audit trail.</summary>
    IAuditLog Audit { get; }

    /// <summary>Background work.</summary>
    IJobQueue Jobs { get; }

    /// <summary>What is kept of deleted artifacts.</summary>
    IDeletedArtifactStore Deleted { get; }

    /// <summary>Settings that all instances share.</summary>
    ISettingStore Settings { get; }

    /// <summary>
    /// Makes the schema, or brings an older one up to date. Called once at start, before anything else; safe on several
    /// instances at once and when there is nothing to do.
    /// </summary>
    Task PrepareAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts the resets, from 1 in a new catalog. Work that publishes later reads it when it begins and stamps it on what it makes: an artifact with
    /// another epoch than the current one is refused, so that nothing begun before a reset appears after it.
    /// </summary>
    Task<long> GetEpochAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Empties artifacts, deleted ones, audit trail, jobs, and all users and tokens but those named; raises the epoch by one. All at once: no
    /// reader sees a half-empty registry. Settings stay. Blobs are left to garbage collection.
    /// </summary>
    /// <param name="keepUsers">Users that stay, with their tokens only as <paramref name="keepTokens"/> says.</param>
    /// <param name="keepTokens">Hashes of the tokens that stay valid.</param>
    /// <param name="cancellationToken">Cancelling before the change is made leaves everything as it was.</param>
    Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default);
}

/// <summary>An item with the version that a change to it must name.</summary>
/// <param name="Item">The item as it was read.</param>
/// <param name="Version">Opaque but for 0, which means "not there yet".</param>
public sealed record Versioned<T>(T Item, long Version);

/// <summary>One page of a listing.</summary>
/// <param name="Items">In the store's stable order.</param>
/// <param name="Next">Opaque cursor of the next page; nothing on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
