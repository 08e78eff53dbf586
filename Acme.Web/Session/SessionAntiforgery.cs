using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;

namespace Acme.Web.Session;

/// <summary>
/// Antiforgery without keys to keep. The token in a form is a random number and its HMAC, keyed by a cookie that no other site can read: the
/// session's, or for a visitor who is not signed in a random one. So every instance can check it, it dies with the session, and it differs in
/// every answer. The framework's own rests on data protection, whose key ring would have to be stored and shared between instances.
/// A browser also says where a request comes from: what it says comes from elsewhere is refused whatever token it carries.
/// </summary>
internal sealed class SessionAntiforgery : IAntiforgery
{
    /// <summary>The form's field.</summary>
    public const string FieldName = "__RequestVerificationToken";

    /// <summary>The header, for requests of the page's own scripts.</summary>
    public const string HeaderName = "RequestVerificationToken";

    private const string VisitorCookie = "acme-visitor";
    private const int NonceLength = 16;

    /// <inheritdoc/>
    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext)
    {
        // A page that is shared between browsers would hand the token on.
        if (!httpContext.Response.HasStarted) httpContext.Response.Headers.CacheControl = "private, no-store";
        return GetTokens(httpContext);
    }

    /// <inheritdoc/>
    public AntiforgeryTokenSet GetTokens(HttpContext httpContext)
    {
        var key = KeyOf(httpContext) ?? MakeVisitor(httpContext);
        return new(TokenFor(key), key, FieldName, HeaderName);
    }

    /// <inheritdoc/>
    public async Task<bool> IsRequestValidAsync(HttpContext httpContext)
    {
        var request = httpContext.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return true;
        if (!IsFromHere(request)) return false;
        var token = request.Headers[HeaderName].ToString();
        if (token.Length == 0 && request.HasFormContentType) token = (await request.ReadFormAsync(httpContext.RequestAborted))[FieldName].ToString();
        return IsValid(httpContext, token);
    }

    /// <inheritdoc/>
    public async Task ValidateRequestAsync(HttpContext httpContext)
    {
        if (!await IsRequestValidAsync(httpContext)) throw new AntiforgeryValidationException("The form does not come from a page of this session.");
    }

    /// <inheritdoc/>
    public void SetCookieTokenAndHeader(HttpContext httpContext) => GetAndStoreTokens(httpContext);

    /// <summary>Whether the token was made for this browser. For requests whose body must not be read as a form.</summary>
    public static bool IsValid(HttpContext context, string? token)
    {
        if (KeyOf(context) is not { } key || token is not { Length: > 0 and <= 256 }) return false;
        var bytes = new byte[NonceLength + HMACSHA256.HashSizeInBytes];
        return Base64Url.TryDecodeFromChars(token, bytes, out var length)
            && length == bytes.Length
            && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(NonceLength), Mac(key, bytes.AsSpan(0, NonceLength)));
    }

    /// <summary>Whether the browser says that the request comes from a page of this origin. Programs that are no browsers say nothing.</summary>
    public static bool IsFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site and not ("same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && HostString.FromUriComponent(uri).Equals(WithoutDefaultPort(request)));
    }

    private static HostString WithoutDefaultPort(HttpRequest request) =>
        request.Host.Port is 80 or 443 ? new(request.Host.Host) : request.Host;

    private static string TokenFor(string key)
    {
        var bytes = new byte[NonceLength + HMACSHA256.HashSizeInBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        Mac(key, bytes.AsSpan(0, NonceLength)).CopyTo(bytes, NonceLength);
        return Base64Url.EncodeToString(bytes);
    }

    private static byte[] Mac(string key, ReadOnlySpan<byte> nonce) => HMACSHA256.HashData(Encoding.UTF8.GetBytes("antiforgery:" + key), nonce);

    private static string? KeyOf(HttpContext context) =>
        SessionCookie.Read(context) ?? (context.Request.Cookies[SessionCookie.Bound(context, VisitorCookie)] is { Length: >= 32 and <= 128 } value ? value : context.Items[VisitorCookie] as string);

    private static string MakeVisitor(HttpContext context)
    {
        var value = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        context.Items[VisitorCookie] = value;
        context.Response.Cookies.Append(
            SessionCookie.Bound(context, VisitorCookie), value, new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });
        return value;
    }
}
