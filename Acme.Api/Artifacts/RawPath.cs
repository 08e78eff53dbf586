using Microsoft.AspNetCore.Http.Features;

namespace Acme.Api.Artifacts;

/// <summary>
/// Reads the tail of a path as it was sent. Routing decodes everything but <c>%2F</c>, so that a name with a slash and one with the
/// text "%2F" would look the same in the route value.
/// </summary>
internal static class RawPath
{
    /// <summary>What follows the prefix, percent-decoded once; null when the prefix was itself sent in another spelling.</summary>
    public static string? After(HttpContext context, string prefix)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var start = target.IndexOf(prefix, StringComparison.Ordinal);
        if (start < 0) return null;
        var tail = target[(start + prefix.Length)..];
        var query = tail.IndexOf('?');
        return Uri.UnescapeDataString(query < 0 ? tail : tail[..query]);
    }
}
