using System.Diagnostics.CodeAnalysis;

namespace Acme.Registry.Sources.GitHub;

/// <summary>A repository as its URL names it.</summary>
/// <param name="Owner">User or organisation.</param>
/// <param name="Name">Without <c>.git</c>.</param>
public sealed record GitHubRepository(string Owner, string Name)
{
    /// <summary>Reads a repository's URL; what follows owner and name (<c>/tree/...</c>) is passed over.</summary>
    /// <param name="url">Such as <c>https://github.com/google-research/bert.git</c>.</param>
    /// <param name="webEndpoint">The host whose URLs count.</param>
    /// <param name="repository">What it names.</param>
    public static bool TryParse(string? url, Uri webEndpoint, [NotNullWhen(true)] out GitHubRepository? repository)
    {
        repository = null;
        if (url is not { Length: <= 2048 } || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")) return false;
        if (!string.Equals(parsed.Authority, webEndpoint.Authority, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(parsed.Authority, "www." + webEndpoint.Authority, StringComparison.OrdinalIgnoreCase)) return false;
        var segments = parsed.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length < 2) return false;
        var name = segments[1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? segments[1][..^4] : segments[1];
        if (!IsSegment(segments[0]) || !IsSegment(name)) return false;
        repository = new(segments[0], name);
        return true;
    }

    private static bool IsSegment(string text) =>
        text is { Length: > 0 and <= 100 } and not "." and not ".." && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
