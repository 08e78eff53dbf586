namespace Acme.Web.Session;

/// <summary>Addresses within this site, so that signing in never leads to another one.</summary>
internal static class LocalUrl
{
    /// <summary>The address if it is a path of this site, else the home page.</summary>
    public static string OrHome(string? url) => IsLocal(url) ? url! : "/";

    /// <summary>The page for signing in, which leads back here.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="ended">Whether a session has ended, so that the page can say so.</param>
    public static string SignInFrom(HttpRequest request, bool ended = false)
    {
        // Only what a GET shows can be come back to; the rest of a form that was sent is gone.
        var here = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : request.Path.ToString();
        var query = (here == "/" ? "" : $"&returnUrl={Uri.EscapeDataString(here)}") + (ended ? "&ended=true" : "");
        return query.Length == 0 ? "/signin" : $"/signin?{query[1..]}";
    }

    // "//host" and "/\host" are other hosts to a browser, and control characters are skipped by some.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) && url.Length <= 2048;
}
