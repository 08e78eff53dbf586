using System.Collections.Immutable;
using System.Diagnostics;
using Acme.Registry.Search;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Walks the index in one order from one place on; all steps together have the time that a search may take.</summary>
internal sealed class TimeLimitedSearch
{
    private readonly ImmutableSortedSet<IndexEntry> _entries;
    private readonly Func<IndexEntry, bool> _condition;
    private TimeSpan _spent;
    private int _next;

    /// <summary>Begins behind a place.</summary>
    public TimeLimitedSearch(ImmutableSortedSet<IndexEntry> entries, Func<IndexEntry, bool> condition, IndexEntry? after)
    {
        _entries = entries;
        _condition = condition;
        if (after is null) return;
        var at = entries.IndexOf(after);
        _next = at >= 0 ? at + 1 : ~at;
    }

    /// <summary>The next entries that meet the condition, in order.</summary>
    /// <exception cref="SearchTimeoutException">The time is used up.</exception>
    public List<IndexEntry> Next(int count, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        List<IndexEntry> found = [];
        for (; found.Count < count && _next < _entries.Count; _next++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_spent + Stopwatch.GetElapsedTime(start) > SearchPattern.TimeLimit) throw new SearchTimeoutException(SearchPattern.TimeLimit);
            if (_condition(_entries[_next])) found.Add(_entries[_next]);
        }
        _spent += Stopwatch.GetElapsedTime(start);
        return found;
    }
}
