using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Jobs;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Registry.Telemetry;

/// <summary>A catalog whose every call is measured.</summary>
/// <param name="inner">The driver.</param>
/// <param name="driver">Its name in the configuration.</param>
public sealed class MeasuredCatalog(ICatalog inner, string driver) : ICatalog
{
    private readonly StoreMeter _meter = new("catalog", driver);

    /// <inheritdoc/>
    public IArtifactStore Artifacts => field ??= new ArtifactStore(inner.Artifacts, _meter);

    /// <inheritdoc/>
    public IUserStore Users => field ??= new UserStore(inner.Users, _meter);

    /// <inheritdoc/>
    public ITokenStore Tokens => field ??= new TokenStore(inner.Tokens, _meter);

    /// <inheritdoc/>
    public IAuditLog Audit => field ??= new AuditLog(inner.Audit, _meter);

    /// <inheritdoc/>
    public IJobQueue Jobs => field ??= new JobQueue(inner.Jobs, _meter);

    /// <inheritdoc/>
    public IDeletedArtifactStore Deleted => field ??= new DeletedArtifactStore(inner.Deleted, _meter);

    /// <inheritdoc/>
    public ISettingStore Settings => field ??= new SettingStore(inner.Settings, _meter);

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => inner.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetEpochAsync(CancellationToken cancellationToken = default) =>
        _meter.RunAsync("epoch", null, () => inner.GetEpochAsync(cancellationToken));

    /// <inheritdoc/>
    public Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default) =>
        _meter.RunAsync("reset", null, () => inner.ResetAsync(keepUsers, keepTokens, cancellationToken));

    private sealed class ArtifactStore(IArtifactStore inner, StoreMeter meter) : IArtifactStore
    {
        public Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.find", id, () => inner.FindAsync(id, cancellationToken));

        public Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.find_by_url", null, () => inner.FindByUrlAsync(type, url, cancellationToken));

        public Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.save", artifact.Id, () => inner.SaveAsync(artifact, card, ifVersion, cancellationToken));

        public Task<bool> DeleteAsync(ArtifactId id, long? ifVersion, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.delete", id, () => inner.DeleteAsync(id, ifVersion, cancellationToken));

        public Task<Page<Artifact>> ListAsync(IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.list", null, () => inner.ListAsync(filters, cursor, limit, cancellationToken));

        public Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.search", null, () => inner.SearchAsync(pattern, cursor, limit, cancellationToken));

        public Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.browse", null, () => inner.BrowseAsync(query, cursor, limit, cancellationToken));

        public Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken) =>
            meter.RunAsync("artifacts.count", null, () => inner.CountAsync(cancellationToken));
    }

    private sealed class UserStore(IUserStore inner, StoreMeter meter) : IUserStore
    {
        public Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken) =>
            meter.RunAsync("users.find", null, () => inner.FindAsync(name, cancellationToken));

        public Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken) =>
            meter.RunAsync("users.save", null, () => inner.SaveAsync(user, ifVersion, cancellationToken));

        public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
            meter.RunAsync("users.delete", null, () => inner.DeleteAsync(name, cancellationToken));

        public Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("users.list", null, () => inner.ListAsync(cursor, limit, cancellationToken));
    }

    private sealed class TokenStore(ITokenStore inner, StoreMeter meter) : ITokenStore
    {
        public Task AddAsync(Token token, CancellationToken cancellationToken) =>
            meter.RunAsync("tokens.add", null, () => inner.AddAsync(token, cancellationToken));

        public Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls, CancellationToken cancellationToken) =>
            meter.RunAsync("tokens.use", null, () => inner.UseAsync(hash, now, calls, cancellationToken));

        public Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken) =>
            meter.RunAsync("tokens.delete", null, () => inner.DeleteAsync(hash, cancellationToken));

        public Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
            meter.RunAsync("tokens.delete_expired", null, () => inner.DeleteExpiredAsync(before, cancellationToken));

        public Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("tokens.list", null, () => inner.ListAsync(cursor, limit, cancellationToken));
    }

    private sealed class AuditLog(IAuditLog inner, StoreMeter meter) : IAuditLog
    {
        public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
            meter.RunAsync("audit.append", entry.ArtifactId, () => inner.AppendAsync(entry, cancellationToken));

        public Task<Page<AuditEntry>> ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("audit.list", id, () => inner.ListAsync(id, cursor, limit, cancellationToken));

        public Task<Page<ArtifactId>> ListArtifactsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("audit.list_artifacts", null, () => inner.ListArtifactsAsync(cursor, limit, cancellationToken));
    }

    private sealed class JobQueue(IJobQueue inner, StoreMeter meter) : IJobQueue
    {
        public Task<bool> AddAsync(Job job, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.add", null, () => inner.AddAsync(job, cancellationToken));

        public Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.find", null, () => inner.FindAsync(id, cancellationToken));

        public Task<Job?> LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.lease", null, () => inner.LeaseAsync(owner, now, lease, cancellationToken));

        public Task<bool> RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.renew", null, () => inner.RenewAsync(id, owner, now, lease, cancellationToken));

        public Task<bool> FinishAsync(string id, string owner, DateTimeOffset? retryAt, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.finish", null, () => inner.FinishAsync(id, owner, retryAt, cancellationToken));

        public Task<Page<Job>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("jobs.list", null, () => inner.ListAsync(cursor, limit, cancellationToken));
    }

    private sealed class DeletedArtifactStore(IDeletedArtifactStore inner, StoreMeter meter) : IDeletedArtifactStore
    {
        public Task SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken) =>
            meter.RunAsync("deleted.save", entry.Id, () => inner.SaveAsync(entry, cancellationToken));

        public Task<DeletedArtifact?> FindAsync(ArtifactId id, CancellationToken cancellationToken) =>
            meter.RunAsync("deleted.find", id, () => inner.FindAsync(id, cancellationToken));

        public Task<Page<DeletedArtifact>> ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken) =>
            meter.RunAsync("deleted.list", null, () => inner.ListAsync(order, cursor, limit, cancellationToken));

        public Task<bool> RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken) =>
            meter.RunAsync("deleted.remove", id, () => inner.RemoveAsync(id, deletedAt, cancellationToken));
    }

    private sealed class SettingStore(ISettingStore inner, StoreMeter meter) : ISettingStore
    {
        public Task<Versioned<string>?> FindAsync(string name, CancellationToken cancellationToken) =>
            meter.RunAsync("settings.find", null, () => inner.FindAsync(name, cancellationToken));

        public Task<long> SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken) =>
            meter.RunAsync("settings.save", null, () => inner.SaveAsync(name, value, ifVersion, cancellationToken));
    }
}
