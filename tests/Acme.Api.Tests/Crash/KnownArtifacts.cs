using System.Collections.Concurrent;

namespace Acme.Api.Tests.Crash;

/// <summary>
/// What a client knows about the registry from its answers. A change that was sent but not answered leaves two states possible; looking
/// after the restart settles which it was.
/// </summary>
internal sealed class KnownArtifacts
{
    private readonly ConcurrentDictionary<string, Known> _byName = new();

    private volatile bool _resetInDoubt;

    public int Acknowledged => _acknowledged;

    private int _acknowledged;

    /// <summary>Names of artifacts that are surely there.</summary>
    public IEnumerable<(string Name, string Id)> Present => _byName.Where(a => a.Value is { Id: not null, Possible: [not null] }).Select(a => (a.Key, a.Value.Id!));

    /// <summary>The artifact may have these contents from now on, too (null: not be there).</summary>
    public void Sent(string name, string? digest) =>
        _byName.AddOrUpdate(name, _ => new(null, [null, digest]), (_, known) => known with { Possible = [.. known.Possible, digest] });

    /// <summary>It has.</summary>
    public void Answered(string name, string? id, string? digest)
    {
        _byName[name] = new(id, [digest]);
        Interlocked.Increment(ref _acknowledged);
    }

    public void ResetSent() => _resetInDoubt = true;

    public void ResetAnswered()
    {
        foreach (var name in _byName.Keys) _byName[name] = new(null, [null]);
        _resetInDoubt = false;
        Interlocked.Increment(ref _acknowledged);
    }

    /// <summary>Holds what is there after a restart against what was answered before, and takes it for known from now on.</summary>
    public void Settle(IReadOnlyDictionary<string, (string Id, string Digest)> found)
    {
        if (_resetInDoubt && found.Count == 0) ResetAnswered();
        _resetInDoubt = false;
        foreach (var (name, known) in _byName)
        {
            var digest = found.TryGetValue(name, out var there) ? there.Digest : null;
            Assert.True(
                known.Possible.Contains(digest),
                $"'{name}' is {digest ?? "not there"}, but can only be {string.Join(" or ", known.Possible.Select(p => p ?? "not there"))}.");
            if (known.Id is not null && there.Id is not null) Assert.Equal(known.Id, there.Id);
            _byName[name] = new(there.Id, [digest]);
        }
        Assert.All(found.Keys, name => Assert.True(_byName.ContainsKey(name), $"Nobody has sent '{name}'."));
    }

    private sealed record Known(string? Id, string?[] Possible);
}
