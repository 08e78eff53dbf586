using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>A repository on the hub as a URL names it.</summary>
/// <param name="IsDataset">A dataset; else a model.</param>
/// <param name="Id"><c>owner/name</c>, or <c>name</c> for the oldest.</param>
/// <param name="Revision">Branch, tag or commit; null for the default branch.</param>
internal sealed partial record HubRepository(bool IsDataset, string Id, string? Revision)
{
    /// <summary>The host in the URLs that people use.</summary>
    public const string PublicHost = "huggingface.co";

    private const int MaxSegment = 256;

    /// <summary>What may follow the id; those that name a revision are followed by it.</summary>
    private static readonly string[] Views = ["tree", "blob", "resolve", "raw", "commits", "commit", "blame", "discussions", "settings", "edit", "viewer", "embed"];

    private static readonly string[] ViewsOfRevisions = ["tree", "blob", "resolve", "raw", "commits", "commit", "blame"];

    /// <summary>Pages of the hub that are no repositories.</summary>
    private static readonly HashSet<string> Pages = new(StringComparer.OrdinalIgnoreCase)
    {
        "spaces", "collections", "papers", "docs", "blog", "models", "tasks", "posts", "learn", "chat", "settings", "organizations", "join", "login", "pricing",
        "new", "enterprise", "search", "buckets", "kernels", "storage", "support", "api", "inference", "changelog", "terms-of-service", "privacy",
    };

    /// <summary>The last segment of the id.</summary>
    public string Name => Id[(Id.LastIndexOf('/') + 1)..];

    /// <summary><c>model</c> or <c>dataset</c>, for messages.</summary>
    public string Kind => IsDataset ? "dataset" : "model";

    /// <summary>The page people use.</summary>
    public string Page => $"https://{PublicHost}/{(IsDataset ? "datasets/" : "")}{EscapedId}";

    /// <summary>Below the endpoint.</summary>
    public string Api => $"api/{(IsDataset ? "datasets" : "models")}/{EscapedId}";

    private string EscapedId => string.Join('/', Id.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Below the endpoint: the content of a file.</summary>
    public string FileAt(string revision, string path) =>
        $"{(IsDataset ? "datasets/" : "")}{EscapedId}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>Whether a text may be an <see cref="Id"/> that someone wrote by hand.</summary>
    public static bool IsId(string written) => WrittenId().IsMatch(written);

    /// <summary>Reads a URL of the hub.</summary>
    /// <param name="url">Any URL.</param>
    /// <param name="upstream">The hub; URLs below its endpoint count as those of the public host.</param>
    /// <param name="repository">What it names.</param>
    /// <param name="problem">Why it names nothing that can be taken.</param>
    public static bool TryParse(Uri url, Upstream upstream, [NotNullWhen(true)] out HubRepository? repository, [NotNullWhen(false)] out string? problem)
    {
        repository = null;
        problem = null;
        var segments = upstream.SegmentsOf(url) ?? [];
        if (segments is ["api", "models" or "datasets", ..]) segments = segments[1] == "models" ? segments[2..] : segments[1..];
        var isDataset = segments is ["datasets", ..];
        if (isDataset) segments = segments[1..];
        if (segments.Length == 0)
            problem = $"The URL names no repository. Give the URL of a model (https://{PublicHost}/owner/name) or a dataset (https://{PublicHost}/datasets/owner/name).";
        else if (!isDataset && Pages.Contains(segments[0]))
            problem = $"The URL leads to '{segments[0]}' on Hugging Face. Only models and datasets can be taken: give the URL of the one that you mean.";
        else if (segments.Take(2).FirstOrDefault(s => !IsSegment(s)) is { } wrong)
            problem = $"'{wrong[..Math.Min(wrong.Length, 100)]}' cannot be part of a repository's name on Hugging Face. Check the URL.";
        if (problem is not null) return false;

        var owned = segments.Length >= 2 && !(segments.Length >= 3 && Views.Contains(segments[1]) && !Views.Contains(segments[2]));
        var rest = segments[(owned ? 2 : 1)..];
        repository = new(isDataset, owned ? $"{segments[0]}/{segments[1]}" : segments[0], RevisionOf(rest));
        return true;
    }

    /// <summary>Pull requests and converted files live under revisions of three segments.</summary>
    private static string? RevisionOf(string[] rest) => rest switch
    {
        [var view, "refs", var kind, var name, ..] when ViewsOfRevisions.Contains(view) => $"refs/{kind}/{name}",
        [var view, var revision, ..] when ViewsOfRevisions.Contains(view) => revision,
        _ => null,
    };

    private static bool IsSegment(string text) =>
        text.Length is > 0 and <= MaxSegment && text.AsSpan().Trim('.').Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.');

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?$")]
    private static partial Regex WrittenId();
}
