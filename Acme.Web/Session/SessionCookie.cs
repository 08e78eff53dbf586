namespace Acme.Web.Session;

/// <summary>
/// The cookie that holds the session's token. The token is opaque and the session itself is in the API's catalog, so that it survives a
/// restart and is good at every instance, and signing out ends it everywhere.
/// </summary>
internal static class SessionCookie
{
    private const string Name = "acme-session";

    /// <summary>The token, as the browser presents it; null when it has none that could be one.</summary>
    public static string? Read(HttpContext context) =>
        context.Request.Cookies[NameFor(context)] is { Length: > 0 and <= 512 } value && !value.Any(c => char.IsControl(c) || c == ' ') ? value : null;

    /// <summary>Has the browser keep the token until the session ends. The scheme before it, if there is one, is not part of the cookie.</summary>
    public static void Write(HttpContext context, string token, DateTimeOffset? expires) =>
        context.Response.Cookies.Append(NameFor(context), token[(token.LastIndexOf(' ') + 1)..], OptionsFor(context, expires));

    /// <summary>Has the browser forget the token.</summary>
    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(NameFor(context), OptionsFor(context, null));

    /// <summary>
    /// A cookie's name, over https with a prefix that makes browsers refuse it from anything but this host over https. Over plain http they would refuse
    /// it altogether.
    /// </summary>
    public static string Bound(HttpContext context, string name) => context.Request.IsHttps ? "__Host-" + name : name;

    private static string NameFor(HttpContext context) => Bound(context, Name);

    // Lax, not Strict: a link to a model in a mail or a chat must open for someone who is signed in. Nothing is changed by a GET.
    private static CookieOptions OptionsFor(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", Expires = expires, IsEssential = true,
    };
}
