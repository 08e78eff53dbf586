using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Registry.Tests.Scoring;

/// <summary>Published artifacts in a dictionary; the catalog's other stores are not there.</summary>
internal sealed class InMemoryCatalog : ICatalog, IArtifactStore
{
    private readonly Dictionary<ArtifactId, Versioned<Artifact>> _artifacts = [];
    private readonly Lock _lock = new();

    public int Saves { get; private set; }

    public IArtifactStore Artifacts => this;

    public IUserStore Users => throw new NotSupportedException();

    public ITokenStore Tokens => throw new NotSupportedException();

    public IAuditLog Audit => throw new NotSupportedException();

    public IJobQueue Jobs => JobsAdded;

    public IDeletedArtifactStore Deleted => throw new NotSupportedException();

    public ISettingStore Settings => throw new NotSupportedException();

    public AddedJobs JobsAdded { get; } = new();

    public Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<long> GetEpochAsync(CancellationToken cancellationToken = default) => Task.FromResult(0L);

    public Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default)
    {
        lock (_lock) return Task.FromResult(_artifacts.GetValueOrDefault(id));
    }

    public Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken = default)
    {
        lock (_lock) return Task.FromResult(_artifacts.Values.FirstOrDefault(a => a.Item.Type == type && a.Item.Url == url));
    }

    public Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if ((_artifacts.GetValueOrDefault(artifact.Id)?.Version ?? 0) != ifVersion) throw new VersionConflictException("Another version.");
            _artifacts[artifact.Id] = new(artifact, ifVersion + 1);
            Saves++;
            return Task.FromResult(ifVersion + 1);
        }
    }

    public Task<bool> DeleteAsync(ArtifactId id, long? ifVersion = null, CancellationToken cancellationToken = default)
    {
        lock (_lock) return Task.FromResult(_artifacts.Remove(id));
    }

    public Task<Page<Artifact>> ListAsync(IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(new Page<Artifact>([.. _artifacts.Values.Select(a => a.Item).Where(a => filters.Any(f => f.Matches(a))).OrderBy(a => a.Id.ToString(), StringComparer.Ordinal).Take(limit)], null));
        }
    }

    public Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

/// <summary>Keeps the jobs that are added; nobody does them.</summary>
internal sealed class AddedJobs : IJobQueue
{
    private readonly Dictionary<string, Job> _jobs = [];

    public IReadOnlyCollection<Job> All => _jobs.Values;

    public Task<bool> AddAsync(Job job, CancellationToken cancellationToken = default) => Task.FromResult(_jobs.TryAdd(job.Id, job));

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult(_jobs.GetValueOrDefault(id));

    public Task<Job?> LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> FinishAsync(string id, string owner, DateTimeOffset? retryAt = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<Page<Job>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
