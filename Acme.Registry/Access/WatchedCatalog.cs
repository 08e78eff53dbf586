using Acme.Registry.Storage;

namespace Acme.Registry.Access;

/// <summary>A catalog that tells of every change to users and tokens that goes through it, whoever makes it, before the change is acknowledged.</summary>
/// <param name="inner">The catalog.</param>
/// <param name="changes">Is told.</param>
public sealed class WatchedCatalog(ICatalog inner, AccessChanges changes) : ICatalog
{
    /// <inheritdoc/>
    public IArtifactStore Artifacts => inner.Artifacts;

    /// <inheritdoc/>
    public IUserStore Users { get; } = new WatchedUsers(inner.Users, changes);

    /// <inheritdoc/>
    public ITokenStore Tokens { get; } = new WatchedTokens(inner.Tokens, changes);

    /// <inheritdoc/>
    public IAuditLog Audit => inner.Audit;

    /// <inheritdoc/>
    public IJobQueue Jobs => inner.Jobs;

    /// <inheritdoc/>
    public IDeletedArtifactStore Deleted => inner.Deleted;

    /// <inheritdoc/>
    public ISettingStore Settings => inner.Settings;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => inner.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetEpochAsync(CancellationToken cancellationToken = default) => inner.GetEpochAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default)
    {
        // Also when it fails: it may have been done all the same.
        try
        {
            await inner.ResetAsync(keepUsers, keepTokens, cancellationToken);
        }
        finally
        {
            changes.Changed();
        }
    }

    private sealed class WatchedUsers(IUserStore inner, AccessChanges changes) : IUserStore
    {
        public Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

        public async Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken)
        {
            try
            {
                return await inner.SaveAsync(user, ifVersion, cancellationToken);
            }
            finally
            {
                changes.Changed();
            }
        }

        public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
        {
            try
            {
                return await inner.DeleteAsync(name, cancellationToken);
            }
            finally
            {
                changes.Changed();
            }
        }

        public Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) => inner.ListAsync(cursor, limit, cancellationToken);
    }

    private sealed class WatchedTokens(ITokenStore inner, AccessChanges changes) : ITokenStore
    {
        public Task AddAsync(Token token, CancellationToken cancellationToken) => inner.AddAsync(token, cancellationToken);

        public Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls, CancellationToken cancellationToken) => inner.UseAsync(hash, now, calls, cancellationToken);

        public async Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken)
        {
            try
            {
                return await inner.DeleteAsync(hash, cancellationToken);
            }
            finally
            {
                changes.Changed();
            }
        }

        // What has expired is void by its own date.
        public Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) => inner.DeleteExpiredAsync(before, cancellationToken);

        public Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) => inner.ListAsync(cursor, limit, cancellationToken);
    }
}
