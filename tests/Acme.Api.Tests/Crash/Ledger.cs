namespace Acme.Api.Tests.Crash;

/// <summary>
/// What clients know about things of one kind from the registry's answers, by name. A change that was sent but not answered leaves two states
/// possible; looking after the kill settles which it was. A name is never used again for another thing.
/// </summary>
internal sealed class Ledger(string kind)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Changes that were answered for.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Changes that were sent and never answered, or with an error.</summary>
    public int Unanswered { get; private set; }

    /// <summary>The thing may have this state from now on, too (null: not be there).</summary>
    public void Sent(string name, string? state)
    {
        lock (_lock) _entries[name] = _entries.TryGetValue(name, out var entry) ? entry with { Possible = [.. entry.Possible, state], Touched = true } : new([null, state]);
    }

    /// <summary>It has.</summary>
    public void Answered(string name, string? state, string? id = null)
    {
        lock (_lock)
        {
            var entry = _entries[name];
            _entries[name] = entry with { Possible = [state], Id = id ?? entry.Id };
            Acknowledged++;
        }
    }

    /// <summary>It will have, at some time: the registry took the order and goes on with it by itself.</summary>
    public void Promised(string name, string id)
    {
        lock (_lock)
        {
            _entries[name] = _entries[name] with { Id = id, IsPromised = true };
            Acknowledged++;
        }
    }

    /// <summary>Everything is surely gone.</summary>
    public void Emptied()
    {
        lock (_lock)
        {
            foreach (var name in _entries.Keys.ToList()) _entries[name] = _entries[name] with { Possible = [null], IsPromised = false, Touched = true };
            Acknowledged++;
        }
    }

    /// <summary>What the ledger says about each name, as of now.</summary>
    public IReadOnlyList<(string Name, Entry Entry)> Read()
    {
        lock (_lock) return [.. _entries.Select(e => (e.Key, e.Value))];
    }

    /// <summary>What it says about one.</summary>
    public Entry? Find(string name)
    {
        lock (_lock) return _entries.GetValueOrDefault(name);
    }

    /// <summary>Holds what was found against what can be, and takes it for known from now on.</summary>
    public void Settle(string name, string? found, string? id)
    {
        lock (_lock)
        {
            var entry = _entries[name];
            Assert.True(
                entry.Possible.Contains(found),
                $"The {kind} '{name}' is {found ?? "not there"}, but can only be {string.Join(" or ", entry.Possible.Select(p => p ?? "not there"))}.");
            Assert.False(entry.IsPromised && found is null, $"The {kind} '{name}' was accepted with 202, and is not there.");
            if (entry.Id is not null && id is not null) Assert.Equal(entry.Id, id);
            if (entry.Possible.Count > 1) Unanswered++;
            _entries[name] = new([found], id ?? entry.Id, Touched: false);
        }
    }

    /// <summary>What is known of one thing.</summary>
    /// <param name="Possible">The states it may have; null is not being there.</param>
    /// <param name="Id">Its id, once it was told.</param>
    /// <param name="Touched">Whether a change was sent since it was last settled.</param>
    /// <param name="IsPromised">Whether it must have come to be there by itself when the background work is done.</param>
    public sealed record Entry(IReadOnlyList<string?> Possible, string? Id = null, bool Touched = true, bool IsPromised = false)
    {
        public bool IsPresent => Possible is [not null];

        public bool IsGone => Possible is [null];
    }
}
