using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Acme.Registry.Search;

/// <summary>
/// A user's regular expression, safe to run: linear-time engine, bounded length, and a time limit for the whole search.
/// </summary>
public sealed class SearchPattern
{
    /// <summary>Longest pattern, in characters.</summary>
    public const int MaxLength = 1000;

    /// <summary>How long one search may match, in all.</summary>
    public static TimeSpan TimeLimit { get; } = TimeSpan.FromSeconds(2);

    // Megabytes each, should a pattern have that many states.
    private const int MostKept = 16;

    /// <summary>
    /// Patterns that were read lately. To build the linear-time engine takes longer (2 ms) than most searches, and who asks for the next page, or looks at the
    /// same page as many others, asks for the same.
    /// </summary>
    private static readonly ConcurrentDictionary<string, SearchPattern> Recent = new(StringComparer.Ordinal);

    private readonly Regex _regex;

    private SearchPattern(Regex regex, LiteralCondition? literals)
    {
        _regex = regex;
        Literals = literals;
    }

    /// <summary>
    /// Literals of which the searched text must contain some combination for the pattern to be found, letter case ignored; null when
    /// nothing of the kind can be told from the pattern. An index may use it to pass over texts; it never decides a match.
    /// </summary>
    public LiteralCondition? Literals { get; }

    /// <summary>Reads a pattern, or finds it among those that were read lately.</summary>
    /// <exception cref="InvalidPatternException">Empty, too long, not a regular expression, or one the linear-time engine refuses.</exception>
    public static SearchPattern Parse(string pattern)
    {
        if (string.IsNullOrEmpty(pattern)) throw new InvalidPatternException("The pattern is empty.");
        if (pattern.Length > MaxLength) throw new InvalidPatternException($"The pattern has {pattern.Length} characters; at most {MaxLength} are read.");
        if (Recent.TryGetValue(pattern, out var known)) return known;
        try
        {
            var read = new SearchPattern(new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeLimit), LiteralCondition.Of(pattern));
            if (Recent.Count >= MostKept) Recent.Clear();
            return Recent[pattern] = read;
        }
        catch (ArgumentException e)
        {
            throw new InvalidPatternException($"Not a regular expression: {e.Message}");
        }
        catch (NotSupportedException e)
        {
            throw new InvalidPatternException($"Look-around, back-references, atomic groups and very large repetitions are not supported: {e.Message}");
        }
    }

    /// <summary>What a person types: found as it stands, whatever the letter case.</summary>
    /// <param name="text">Not empty; the caller bounds its length.</param>
    public static SearchPattern ForText(string text)
    {
        // ASCII letters as classes of two and not by the option that ignores case: by that option K is also the Kelvin sign, of which indexes
        // differ, and no literal with such a letter could be looked up.
        var pattern = string.Concat(text.Select(c =>
            char.IsAsciiLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]"
            : char.IsAscii(c) || char.IsSurrogate(c) ? Regex.Escape(c.ToString())
            : $"(?i:{c})"));
        // One character after the other leaves nothing to backtrack into: at each place at most as many steps as the text has characters. The
        // linear-time engine would be built anew for each search, which takes longer (2 ms) than most searches.
        return new(new Regex(pattern, RegexOptions.CultureInvariant, TimeLimit), LiteralCondition.Of(pattern));
    }

    /// <summary>Whether the pattern is found in the text.</summary>
    /// <exception cref="SearchTimeoutException">This one text took longer than <see cref="TimeLimit"/>.</exception>
    public bool IsFoundIn(ReadOnlySpan<char> text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SearchTimeoutException(TimeLimit);
        }
    }
}

/// <summary>A text is not a pattern that can be searched for.</summary>
public sealed class InvalidPatternException(string message) : Exception(message);
