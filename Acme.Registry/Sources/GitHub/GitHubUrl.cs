using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Acme.Registry.Sources.GitHub;

/// <summary>A repository by its names; letter case is told apart neither by GitHub nor here.</summary>
/// <param name="Owner">User or organisation.</param>
/// <param name="Name">Without <c>.git</c>.</param>
public sealed record GitHubRepository(string Owner, string Name)
{
    /// <summary>Owner and name in lower case: the same for every way to write the same repository.</summary>
    internal string Key => $"{Owner}/{Name}".ToLowerInvariant();
}

/// <summary>A URL of a repository, or of a place inside it, as people copy it from their browser or their terminal.</summary>
/// <param name="Site">The web site that it was written for, without a slash at the end.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Section">The page of the repository: <c>tree</c>, <c>blob</c>, <c>issues</c> ...; null for its front page.</param>
/// <param name="Rest">The segments after that, decoded; for <c>tree</c> and <c>blob</c> a branch, tag or commit and then a path.</param>
public sealed record GitHubUrl(string Site, GitHubRepository Repository, string? Section, IReadOnlyList<string> Rest)
{
    /// <summary>The public site. Its URLs name repositories whatever endpoints are configured: a mirror is a way to reach them, not another name.</summary>
    private const string PublicSite = "https://github.com";

    // Pages of the site itself that look like a repository's.
    private static readonly FrozenSet<string> NotOwners = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "about", "apps", "collections", "customer-stories", "enterprise", "explore", "features", "login", "marketplace", "notifications", "orgs",
        "pricing", "readme", "search", "security", "sessions", "settings", "site", "sponsors", "stars", "team", "topics", "trending", "users");

    /// <summary>The repository's own page.</summary>
    public string Page => PageOf(Repository);

    /// <summary>Reads a URL; query and fragment are passed over.</summary>
    /// <param name="url">Such as <c>https://github.com/google-research/bert.git</c>.</param>
    /// <param name="webEndpoint">The site whose URLs count beside those of github.com.</param>
    /// <param name="place">What it names.</param>
    public static bool TryParse(string? url, Uri webEndpoint, [NotNullWhen(true)] out GitHubUrl? place)
    {
        place = null;
        if (url is not { Length: <= 2048 } || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)) return false;
        if (SiteOf(parsed, webEndpoint, out var path) is not { } site) return false;
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length < 2 || NotOwners.Contains(segments[0])) return false;
        var name = segments[1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? segments[1][..^4] : segments[1];
        if (!IsName(segments[0]) || !IsName(name)) return false;
        place = new(site, new(segments[0], name), segments.ElementAtOrDefault(2), [.. segments.Skip(3).Select(Uri.UnescapeDataString)]);
        return true;
    }

    /// <summary>Whether the URL belongs to the site at all, be it a repository's or not.</summary>
    internal static bool IsOfSite(Uri url, Uri webEndpoint) => SiteOf(url, webEndpoint, out _) is not null;

    /// <summary>The page of a repository on the same site.</summary>
    internal string PageOf(GitHubRepository repository) => $"{Site}/{repository.Owner}/{repository.Name}";

    private static string? SiteOf(Uri url, Uri webEndpoint, out string path)
    {
        path = "";
        if (url.Scheme is not ("http" or "https")) return null;
        if (IsHost(url, "github.com"))
        {
            path = url.AbsolutePath;
            return PublicSite;
        }
        var prefix = webEndpoint.AbsolutePath.TrimEnd('/');
        if (!IsHost(url, webEndpoint.Authority) || !url.AbsolutePath.StartsWith(prefix + "/", StringComparison.Ordinal)) return null;
        path = url.AbsolutePath[prefix.Length..];
        return webEndpoint.GetLeftPart(UriPartial.Authority) + prefix;
    }

    private static bool IsHost(Uri url, string authority) =>
        string.Equals(url.Authority, authority, StringComparison.OrdinalIgnoreCase)
        || string.Equals(url.Authority, "www." + authority, StringComparison.OrdinalIgnoreCase);

    private static bool IsName(string text) =>
        text is { Length: > 0 and <= 100 } and not "." and not ".." && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
