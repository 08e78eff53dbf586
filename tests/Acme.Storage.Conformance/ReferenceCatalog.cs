using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Jobs;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>The contract of <see cref="ICatalog"/> in its plainest form, in memory and for one caller at a time: what a driver is compared with.</summary>
public sealed class ReferenceCatalog : ICatalog, IArtifactStore, IUserStore, ITokenStore, IAuditLog, IJobQueue, IDeletedArtifactStore, ISettingStore
{
    private readonly List<(Artifact Item, string Card, long Version)> _artifacts = [];
    private readonly SortedDictionary<string, Versioned<User>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Token> _tokens = [];
    private readonly List<AuditEntry> _audit = [];
    private readonly Dictionary<string, Job> _jobs = [];
    private readonly Dictionary<ArtifactId, DeletedArtifact> _deleted = [];
    private readonly Dictionary<string, Versioned<string>> _settings = [];
    private long _epoch = 1;
    private long _version;

    public IArtifactStore Artifacts => this;
    public IUserStore Users => this;
    public ITokenStore Tokens => this;
    public IAuditLog Audit => this;
    public IJobQueue Jobs => this;
    public IDeletedArtifactStore Deleted => this;
    public ISettingStore Settings => this;

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<long> GetEpochAsync(CancellationToken cancellationToken) => Task.FromResult(_epoch);

    public Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken)
    {
        _artifacts.Clear();
        _deleted.Clear();
        _audit.Clear();
        _jobs.Clear();
        foreach (var name in _users.Keys.Except(keepUsers).ToList()) _users.Remove(name);
        foreach (var hash in _tokens.Keys.Except(keepTokens).ToList()) _tokens.Remove(hash);
        _epoch++;
        return Task.CompletedTask;
    }

    Task<Versioned<Artifact>?> IArtifactStore.FindAsync(ArtifactId id, CancellationToken cancellationToken) => Found(a => a.Id == id);

    Task<Versioned<Artifact>?> IArtifactStore.FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken) =>
        Found(a => a.Type == type && a.Url == url);

    Task<long> IArtifactStore.SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken)
    {
        if (artifact.Epoch != _epoch) throw new EpochChangedException();
        var index = _artifacts.FindIndex(a => a.Item.Id == artifact.Id);
        if ((index < 0 ? 0 : _artifacts[index].Version) != ifVersion) throw new VersionConflictException("");
        var holder = _artifacts.FindIndex(a => a.Item.Type == artifact.Type && a.Item.Url == artifact.Url);
        if (holder >= 0 && holder != index) throw new DuplicateUrlException(_artifacts[holder].Item.Id);
        _version++;
        if (index < 0) _artifacts.Add((artifact, card ?? "", _version));
        else _artifacts[index] = (artifact, card ?? _artifacts[index].Card, _version);
        return Task.FromResult(_version);
    }

    Task<bool> IArtifactStore.DeleteAsync(ArtifactId id, long? ifVersion, CancellationToken cancellationToken)
    {
        if (ifVersion is not null && _artifacts.Any(a => a.Item.Id == id && a.Version != ifVersion)) throw new VersionConflictException("");
        return Task.FromResult(_artifacts.RemoveAll(a => a.Item.Id == id) > 0);
    }

    Task<Page<Artifact>> IArtifactStore.ListAsync(
        IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_artifacts.Select(a => a.Item).Where(a => filters.Any(f => f.Matches(a))), cursor, limit);

    Task<Page<Artifact>> IArtifactStore.SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_artifacts.Where(a => pattern.IsFoundIn(a.Item.Name) || pattern.IsFoundIn(a.Card)).Select(a => a.Item), cursor, limit);

    Task<Page<Artifact>> IArtifactStore.BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var found =
            from artifact in _artifacts
            let item = artifact.Item
            where query.Pattern is null || query.Pattern.IsFoundIn(item.Name) || query.Pattern.IsFoundIn(artifact.Card)
            where query.Types.Count == 0 || query.Types.Contains(item.Type)
            where query.Labels.All(item.Labels().Contains)
            where query.MinNetScore is null || item.Rating?.NetScore >= query.MinNetScore
            select item;
        return PageOf(Samples.InOrder(found, query.Order), cursor, limit);
    }

    Task<ArtifactCounts> IArtifactStore.CountAsync(CancellationToken cancellationToken) => Task.FromResult(new ArtifactCounts(
        ArtifactTypes.All.ToDictionary(t => t, t => _artifacts.LongCount(a => a.Item.Type == t)), _artifacts.LongCount(a => a.Item.Rating is { Accepted: false })));

    Task<Versioned<User>?> IUserStore.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_users.GetValueOrDefault(name));

    Task<long> IUserStore.SaveAsync(User user, long ifVersion, CancellationToken cancellationToken)
    {
        if ((_users.GetValueOrDefault(user.Name)?.Version ?? 0) != ifVersion) throw new VersionConflictException("");
        _users[user.Name] = new(user, ++_version);
        return Task.FromResult(_version);
    }

    Task<bool> IUserStore.DeleteAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var token in _tokens.Values.Where(t => t.UserName == name).ToList()) _tokens.Remove(token.Hash);
        return Task.FromResult(_users.Remove(name));
    }

    Task<Page<User>> IUserStore.ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_users.Values.Select(u => u.Item), cursor, limit);

    Task ITokenStore.AddAsync(Token token, CancellationToken cancellationToken)
    {
        _tokens.Add(token.Hash, token);
        return Task.CompletedTask;
    }

    Task<TokenUse> ITokenStore.UseAsync(string hash, DateTimeOffset now, int calls, CancellationToken cancellationToken)
    {
        if (!_tokens.TryGetValue(hash, out var token)) return Task.FromResult(new TokenUse(TokenOutcome.Unknown));
        if (now >= token.ExpiresAt) return Task.FromResult(new TokenUse(TokenOutcome.Expired));
        if (token.CallsLeft == 0) return Task.FromResult(new TokenUse(TokenOutcome.UsedUp));
        var taken = Math.Min(calls, token.CallsLeft);
        _tokens[hash] = token with { CallsLeft = token.CallsLeft - taken };
        return Task.FromResult(new TokenUse(TokenOutcome.Granted, _tokens[hash]) { Calls = taken });
    }

    Task<bool> ITokenStore.DeleteAsync(string hash, CancellationToken cancellationToken) => Task.FromResult(_tokens.Remove(hash));

    Task<int> ITokenStore.DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(_tokens.Values.Where(t => t.ExpiresAt < before).ToList().Count(t => _tokens.Remove(t.Hash)));

    Task<Page<Token>> ITokenStore.ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_tokens.Values.OrderBy(t => t.Hash, StringComparer.Ordinal), cursor, limit);

    Task IAuditLog.AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        _audit.Add(entry);
        return Task.CompletedTask;
    }

    Task<Page<AuditEntry>> IAuditLog.ListAsync(ArtifactId id, string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_audit.Where(e => e.ArtifactId == id), cursor, limit);

    Task<Page<ArtifactId>> IAuditLog.ListArtifactsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_audit.Select(e => e.ArtifactId).Distinct().OrderBy(id => id.ToString(), StringComparer.Ordinal), cursor, limit);

    Task<bool> IJobQueue.AddAsync(Job job, CancellationToken cancellationToken) => Task.FromResult(_jobs.TryAdd(job.Id, job));

    Task<Job?> IJobQueue.FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_jobs.GetValueOrDefault(id));

    Task<Job?> IJobQueue.LeaseAsync(string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var job = _jobs.Values.Where(j => j.DueAt <= now && (j.Owner is null || j.LeasedUntil <= now)).OrderBy(j => j.DueAt).FirstOrDefault();
        return Task.FromResult(job is null ? null : _jobs[job.Id] = job with { Owner = owner, LeasedUntil = now + lease });
    }

    Task<bool> IJobQueue.RenewAsync(string id, string owner, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        if (!_jobs.TryGetValue(id, out var job) || job.Owner != owner || job.LeasedUntil <= now) return Task.FromResult(false);
        _jobs[id] = job with { LeasedUntil = now + lease };
        return Task.FromResult(true);
    }

    Task<bool> IJobQueue.FinishAsync(string id, string owner, DateTimeOffset? retryAt, CancellationToken cancellationToken)
    {
        if (!_jobs.TryGetValue(id, out var job) || job.Owner != owner) return Task.FromResult(false);
        if (retryAt is { } dueAt) _jobs[id] = job with { Owner = null, LeasedUntil = default, DueAt = dueAt, Attempts = job.Attempts + 1 };
        else _jobs.Remove(id);
        return Task.FromResult(true);
    }

    Task<Page<Job>> IJobQueue.ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        PageOf(_jobs.Values.OrderBy(j => j.Id, StringComparer.Ordinal), cursor, limit);

    Task IDeletedArtifactStore.SaveAsync(DeletedArtifact entry, CancellationToken cancellationToken)
    {
        if (entry.Artifact.Epoch != _epoch) throw new EpochChangedException();
        _deleted[entry.Id] = entry;
        return Task.CompletedTask;
    }

    Task<DeletedArtifact?> IDeletedArtifactStore.FindAsync(ArtifactId id, CancellationToken cancellationToken) => Task.FromResult(_deleted.GetValueOrDefault(id));

    Task<Page<DeletedArtifact>> IDeletedArtifactStore.ListAsync(DeletionOrder order, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var oldest = _deleted.Values.OrderBy(e => e.DeletedAt).ThenBy(e => e.Id.ToString(), StringComparer.Ordinal);
        return PageOf(order == DeletionOrder.Oldest ? oldest : oldest.Reverse(), cursor, limit);
    }

    Task<bool> IDeletedArtifactStore.RemoveAsync(ArtifactId id, DateTimeOffset deletedAt, CancellationToken cancellationToken) =>
        Task.FromResult(_deleted.TryGetValue(id, out var entry) && entry.DeletedAt == deletedAt && _deleted.Remove(id));

    Task<Versioned<string>?> ISettingStore.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_settings.GetValueOrDefault(name));

    Task<long> ISettingStore.SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken)
    {
        if ((_settings.GetValueOrDefault(name)?.Version ?? 0) != ifVersion) throw new VersionConflictException("");
        _settings[name] = new(value, ++_version);
        return Task.FromResult(_version);
    }

    private Task<Versioned<Artifact>?> Found(Func<Artifact, bool> condition) =>
        Task.FromResult(_artifacts.Where(a => condition(a.Item)).Select(a => new Versioned<Artifact>(a.Item, a.Version)).SingleOrDefault());

    // The cursor counts what came before, which holds as long as nothing changes between two pages.
    private static Task<Page<T>> PageOf<T>(IEnumerable<T> items, string? cursor, int limit)
    {
        var rest = items.Skip(int.Parse(cursor ?? "0")).ToList();
        return Task.FromResult(new Page<T>([.. rest.Take(limit)], rest.Count > limit ? $"{int.Parse(cursor ?? "0") + limit}" : null));
    }
}
