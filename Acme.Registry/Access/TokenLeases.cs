using System.Collections.Concurrent;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Access;

/// <summary>
/// Takes calls off tokens in advance, a hundredth of a token's calls at a time, and counts them down in this process, so that a request need not wait for the
/// store. What the store has taken off is never granted twice: all instances together grant no token more calls than it has. Calls taken in advance
/// are lost when the process ends, at most a hundredth of the token's for each instance.
/// </summary>
/// <remarks>
/// Token and user are read again every second while they are used, and at once after a change through this process's catalog (<see cref="WatchedCatalog"/>): what
/// another instance changes shows here within a second.
/// </remarks>
public sealed class TokenLeases(ICatalog catalog, AccessChanges changes, IOptions<AccessOptions> options, TimeProvider time)
{
    private const int SweepFrom = 10_000;

    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Lease> _leases = new();
    private int _sweepAt = SweepFrom;

    private int Size => Math.Max(1, Math.Min(options.Value.TokenCalls, options.Value.SessionCalls) / 100);

    /// <summary>Takes one call off the token and finds its user.</summary>
    /// <param name="hash">Under what the token is kept.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// Whether the call is granted, and if so whose it is (no user when it is gone or has another stamp than the token) and the token after the call was taken
    /// off, as far as this instance knows.
    /// </returns>
    public async ValueTask<(TokenOutcome Outcome, User? User, Token? Token)> UseAsync(string hash, CancellationToken cancellationToken = default)
    {
        // What was read no more than a second before the call came in is good enough for it, however long the store takes to say so.
        var (arrived, version) = (time.GetTimestamp(), changes.Version);
        var lease = _leases.GetOrAdd(hash, static _ => new());
        while (true)
        {
            if (lease.Terms is { } terms && terms.Version >= version && time.GetElapsedTime(terms.ReadAt, arrived) < GoodFor
                && time.GetUtcNow() < terms.Token.ExpiresAt && lease.TryTake())
            {
                if (lease.Left * 2 <= Size || time.GetElapsedTime(terms.ReadAt, arrived) * 2 > GoodFor) RenewSoon(hash, lease);
                return (TokenOutcome.Granted, terms.User, terms.Token with { CallsLeft = terms.Token.CallsLeft + lease.Left });
            }
            var outcome = await RenewAsync(hash, lease).WaitAsync(cancellationToken);
            if (outcome != TokenOutcome.Granted) return (outcome, null, null);
        }
    }

    /// <summary>For the calls that come after this one. Should it fail, they find that the lease is used up or old, and learn why.</summary>
    private void RenewSoon(string hash, Lease lease)
    {
        if (Size > 1) _ = RenewAsync(hash, lease).ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>One at a time for each token; who comes while it is under way shares it.</summary>
    private Task<TokenOutcome> RenewAsync(string hash, Lease lease)
    {
        lock (lease)
        {
            return lease.Renewal is { IsCompleted: false } underWay ? underWay : lease.Renewal = ReadAsync(hash, lease);
        }
    }

    // Not ended by a caller who leaves: the others wait for the same answer, and the calls would be lost.
    private async Task<TokenOutcome> ReadAsync(string hash, Lease lease)
    {
        var (readAt, version) = (time.GetTimestamp(), changes.Version);
        var use = await catalog.Tokens.UseAsync(hash, time.GetUtcNow(), Math.Max(0, Size - lease.Left));
        // The store has none left, but some that were taken before are here.
        var token = use.Token ?? (use.Outcome == TokenOutcome.UsedUp && lease.Left > 0 ? lease.Terms?.Token : null);
        if (token is null)
        {
            lease.Terms = null;
            _leases.TryRemove(KeyValuePair.Create(hash, lease));
            return use.Outcome;
        }
        lease.Add(use.Calls);
        var user = (await catalog.Users.FindAsync(token.UserName))?.Item;
        lease.Terms = new(token, user?.Stamp == token.Stamp ? user : null, readAt, version);
        Sweep();
        return TokenOutcome.Granted;
    }

    private void Sweep()
    {
        if (_leases.Count <= _sweepAt) return;
        foreach (var (hash, lease) in _leases)
        {
            if (lease.Terms is not { } terms || time.GetElapsedTime(terms.ReadAt) > Idle) _leases.TryRemove(KeyValuePair.Create(hash, lease));
        }
        _sweepAt = Math.Max(SweepFrom, 2 * _leases.Count);
    }

    private sealed class Lease
    {
        private int _left;
        private volatile Terms? _terms;

        public int Left => Volatile.Read(ref _left);

        public Terms? Terms
        {
            get => _terms;
            set => _terms = value;
        }

        public Task<TokenOutcome>? Renewal { get; set; }

        public void Add(int calls) => Interlocked.Add(ref _left, calls);

        public bool TryTake()
        {
            for (var left = Left; left > 0; left = Left)
            {
                if (Interlocked.CompareExchange(ref _left, left - 1, left) == left) return true;
            }
            return false;
        }
    }

    /// <param name="Token">As it was after the lease was taken off.</param>
    /// <param name="User">Whose it is; null when gone or no longer the one whom the token was given to.</param>
    /// <param name="ReadAt">Timestamp from just before both were read.</param>
    /// <param name="Version">Of <see cref="AccessChanges"/> just before both were read.</param>
    private sealed record Terms(Token Token, User? User, long ReadAt, long Version);
}
