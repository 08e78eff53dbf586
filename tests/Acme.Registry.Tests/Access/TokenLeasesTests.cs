using Acme.Registry.Access;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Registry.Tests.Access;

public sealed class TokenLeasesTests : IAsyncLifetime
{
    private const string Hash = "the hash of a token";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("acme-leases-");
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private SqliteCatalog _store = null!;
    private Instance _one = null!;
    private Instance _other = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new(Path.Combine(_directory.FullName, "catalog.db"));
        await _store.PrepareAsync();
        (_one, _other) = (new(_store, _time), new(_store, _time));
        await SaveUserAsync(_store, "stamp", 0);
        await AddTokenAsync(1000);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task One_instance_grants_a_token_exactly_its_calls_however_many_come_at_once()
    {
        var granted = 0;
        await Parallel.ForAsync(0, 1200, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            if (await _one.UseAsync() == TokenOutcome.Granted) Interlocked.Increment(ref granted);
        });
        Assert.Equal(1000, granted);
        Assert.Equal(TokenOutcome.UsedUp, await _one.UseAsync());
    }

    [Fact]
    public async Task Instances_together_never_grant_more_than_the_calls_and_lose_at_most_a_hundredth_each()
    {
        var granted = 0;
        // The second instance ends after a while, and what it had taken in advance is lost.
        for (var i = 0; i < 100; i++) granted += await _other.UseAsync() == TokenOutcome.Granted ? 1 : 0;
        for (var i = 0; i < 1200; i++) granted += await _one.UseAsync() == TokenOutcome.Granted ? 1 : 0;
        Assert.InRange(granted, 990, 1000);
    }

    [Fact]
    public async Task Most_calls_do_not_ask_the_store()
    {
        var before = _one.Store.Uses;
        for (var i = 0; i < 500; i++) Assert.Equal(TokenOutcome.Granted, await _one.UseAsync());
        Assert.InRange(_one.Store.Uses - before, 1, 150);
    }

    [Fact]
    public async Task A_token_that_is_deleted_is_void_here_at_once_and_elsewhere_within_a_second()
    {
        await GrantedByBothAsync();
        await _one.Catalog.Tokens.DeleteAsync(Hash);
        Assert.Equal(TokenOutcome.Unknown, await _one.UseAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenOutcome.Unknown, await _other.UseAsync());
    }

    [Fact]
    public async Task A_new_password_voids_the_token_here_at_once_and_elsewhere_within_a_second()
    {
        await GrantedByBothAsync();
        await SaveUserAsync(_one.Catalog, "another stamp", (await _store.Users.FindAsync("ada"))!.Version);
        Assert.Null((await _one.Leases.UseAsync(Hash)).User);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await _other.Leases.UseAsync(Hash)).User);
    }

    [Fact]
    public async Task A_user_who_is_deleted_is_out_here_at_once_and_elsewhere_within_a_second()
    {
        await GrantedByBothAsync();
        await _one.Catalog.Users.DeleteAsync("ada");
        Assert.Equal(TokenOutcome.Unknown, await _one.UseAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenOutcome.Unknown, await _other.UseAsync());
    }

    [Fact]
    public async Task A_reset_voids_what_it_does_not_keep()
    {
        await GrantedByBothAsync();
        await _one.Catalog.ResetAsync(["ada"], []);
        Assert.Equal(TokenOutcome.Unknown, await _one.UseAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenOutcome.Unknown, await _other.UseAsync());
    }

    [Fact]
    public async Task Calls_taken_in_advance_expire_with_their_token()
    {
        await GrantedByBothAsync();
        // So short that nothing is read again for being old.
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(100));
        Assert.Equal(TokenOutcome.Granted, await _one.UseAsync());
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TokenOutcome.Expired, await _one.UseAsync());
    }

    [Fact]
    public async Task A_change_while_a_token_is_being_read_is_not_missed()
    {
        await _one.UseAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        var reading = _one.Store.HoldNextUse();
        var before = _one.UseAsync();
        await _one.Catalog.Tokens.DeleteAsync(Hash);
        // It came after the deletion, so what was read before must not do for it.
        var after = _one.UseAsync();
        reading.SetResult();
        Assert.Equal(TokenOutcome.Unknown, await after);
        await before;
    }

    [Fact]
    public async Task A_token_of_few_calls_is_counted_one_by_one()
    {
        var single = new Instance(_store, _time, calls: 50);
        var before = single.Store.Uses;
        for (var i = 0; i < 10; i++) await single.UseAsync();
        Assert.Equal(10, single.Store.Uses - before);
    }

    private Task AddTokenAsync(int calls) => _store.Tokens.AddAsync(new(Hash, "ada", "stamp", _time.GetUtcNow().AddHours(1), calls));

    private Task<long> SaveUserAsync(ICatalog catalog, string stamp, long version) => catalog.Users.SaveAsync(
        new() { Name = "ada", PasswordHash = "hash", Permissions = Permissions.Search, Stamp = stamp, CreatedAt = _time.GetUtcNow() }, version);

    private async Task GrantedByBothAsync()
    {
        foreach (var instance in new[] { _one, _other }) Assert.Equal(TokenOutcome.Granted, await instance.UseAsync());
    }

    /// <summary>What one process of the registry has of its own: leases and word of its own changes.</summary>
    private sealed class Instance
    {
        public Instance(ICatalog store, TimeProvider time, int calls = 1000)
        {
            var changes = new AccessChanges();
            Store = new(store.Tokens);
            Catalog = new WatchedCatalog(new CountedCatalog(store, Store), changes);
            Leases = new(Catalog, changes, Options.Create(new AccessOptions { TokenCalls = calls }), time);
        }

        public CountedTokens Store { get; }

        public WatchedCatalog Catalog { get; }

        public TokenLeases Leases { get; }

        public async Task<TokenOutcome> UseAsync() => (await Leases.UseAsync(Hash)).Outcome;
    }

    private sealed class CountedCatalog(ICatalog inner, ITokenStore tokens) : ICatalog
    {
        public IArtifactStore Artifacts => inner.Artifacts;

        public IUserStore Users => inner.Users;

        public ITokenStore Tokens => tokens;

        public IAuditLog Audit => inner.Audit;

        public IJobQueue Jobs => inner.Jobs;

        public IDeletedArtifactStore Deleted => inner.Deleted;

        public ISettingStore Settings => inner.Settings;

        public Task PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

        public Task<long> GetEpochAsync(CancellationToken cancellationToken) => inner.GetEpochAsync(cancellationToken);

        public Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken) =>
            inner.ResetAsync(keepUsers, keepTokens, cancellationToken);
    }

    /// <summary>The real store, which counts how often it is asked and can be made to answer late.</summary>
    private sealed class CountedTokens(ITokenStore inner) : ITokenStore
    {
        private int _uses;
        private TaskCompletionSource? _held;

        public int Uses => Volatile.Read(ref _uses);

        public TaskCompletionSource HoldNextUse() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<TokenUse> UseAsync(string hash, DateTimeOffset now, int calls, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _uses);
            var held = Interlocked.Exchange(ref _held, null);
            var use = await inner.UseAsync(hash, now, calls, cancellationToken);
            if (held is not null) await held.Task;
            return use;
        }

        public Task AddAsync(Token token, CancellationToken cancellationToken) => inner.AddAsync(token, cancellationToken);

        public Task<bool> DeleteAsync(string hash, CancellationToken cancellationToken) => inner.DeleteAsync(hash, cancellationToken);

        public Task<int> DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) => inner.DeleteExpiredAsync(before, cancellationToken);

        public Task<Page<Token>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) => inner.ListAsync(cursor, limit, cancellationToken);
    }
}
