using System.Globalization;
using System.Text.RegularExpressions;
using Octokit;

namespace Acme.Registry.Sources.GitHub.History;

/// <summary>GitHub's paging by <c>Link</c> headers ("Using pagination in the REST API").</summary>
internal static partial class Paging
{
    /// <summary>Entries per page; the most that GitHub gives.</summary>
    public const int Size = 100;

    /// <summary>Whether there is a page after this one.</summary>
    public static bool HasNext<T>(IApiResponse<T> page) => page.HttpResponse.ApiInfo?.Links.ContainsKey("next") == true;

    /// <summary>The number of the last page, as the answer tells; one more than this page where it tells only that there is one.</summary>
    public static int PagesAfter<T>(IApiResponse<T> page, int number)
    {
        if (!HasNext(page)) return number;
        return page.HttpResponse.ApiInfo.Links.TryGetValue("last", out var last) && Page().Match(last.Query) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : number + 1;
    }

    [GeneratedRegex(@"[?&]page=(\d{1,7})(&|$)")]
    private static partial Regex Page();
}
