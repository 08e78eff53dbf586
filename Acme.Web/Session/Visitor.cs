using System.Net;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Web.Session;

/// <summary>Whoever asks for the page, as the API knows the session.</summary>
internal sealed class Visitor(RegistryClient registry, KnownSessions known)
{
    /// <summary>The session's token; null for a visitor who is not signed in.</summary>
    public string? Token { get; private set; }

    /// <summary>The user; null for a visitor who is not signed in.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether the browser came with a session that has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What the user may do.</summary>
    public IReadOnlyList<Permission> Permissions { get; private set; } = [];

    /// <summary>Whether the user may do this; an admin may do everything.</summary>
    public bool May(Permission permission) => Permissions.Contains(permission) || Permissions.Contains(Permission.Admin);

    /// <summary>Is whoever another is, in another scope of the same request.</summary>
    public void Be(Visitor other)
    {
        if (other.Token is not null) registry.UseToken(other.Token);
        (Token, Name, Permissions, HasEnded) = (other.Token, other.Name, other.Permissions, other.HasEnded);
    }

    /// <summary>Reads the session that the request's cookie names. A cookie whose session has ended is taken back.</summary>
    public async Task LoadAsync(HttpContext context)
    {
        if (SessionCookie.Read(context) is not { } token) return;
        registry.UseToken(token);
        try
        {
            if (known.Find(token) is not { } session) known.Keep(token, session = await registry.GetSessionAsync(context.RequestAborted));
            (Token, Name, Permissions) = (token, session.Name, session.Permissions);
        }
        catch (RegistryException e) when (e.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            SessionCookie.Clear(context);
            (Token, Name, Permissions, HasEnded) = (null, null, [], true);
        }
    }

    /// <summary>Reads the session anew, because the API refused a call of it.</summary>
    public Task LoadAgainAsync(HttpContext context)
    {
        if (Token is not null) known.Forget(Token);
        return LoadAsync(context);
    }

    /// <summary>Ends the session, for everyone who holds its token.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (Token is not null)
        {
            known.Forget(Token);
            await registry.EndSessionAsync(context.RequestAborted);
        }
        SessionCookie.Clear(context);
        (Token, Name, Permissions) = (null, null, []);
    }
}
