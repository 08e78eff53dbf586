using System.Text.Json;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>Counts who committed, from the pages of <c>/api/models/{id}/commits/{revision}</c>, the latest first.</summary>
internal sealed class HubHistory(DateTimeOffset since)
{
    /// <summary>Most pages read.</summary>
    public const int MaxPages = 20;

    private const int MaxCommitters = 200;

    /// <summary>Accounts through which the hub itself commits.</summary>
    private static readonly HashSet<string> HubAccounts = new(StringComparer.OrdinalIgnoreCase) { "system", "SFconvertbot", "parquet-converter" };

    private readonly Dictionary<string, int> _commits = new(StringComparer.Ordinal);
    private DateTimeOffset? _last;

    /// <summary>Adds a page; returns whether it reaches back beyond the span.</summary>
    public bool Add(JsonElement page)
    {
        foreach (var commit in ((JsonElement?)page).Items())
        {
            if (commit.Field("date").Time() is not { } date) continue;
            if (_last is null || date > _last) _last = date;
            if (date < since) return true;
            foreach (var name in commit.Field("authors").Items().Select(a => a.Field("user").Text() ?? a.Field("name").Text()).OfType<string>().Distinct().Where(n => !IsBot(n)))
            {
                _commits[name] = _commits.GetValueOrDefault(name) + 1;
            }
        }
        return false;
    }

    public CommitHistory Summarise(bool isComplete) => new(
        since,
        [.. _commits.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(MaxCommitters).Select(c => new CommitterFact(c.Key, c.Value))],
        _last,
        isComplete);

    private static bool IsBot(string name) =>
        HubAccounts.Contains(name) || ((string[])["[bot]", "-bot", "_bot", "-bots"]).Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
