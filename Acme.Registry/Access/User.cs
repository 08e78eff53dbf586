namespace Acme.Registry.Access;

/// <summary>Someone, or some program, that may sign in.</summary>
public sealed record User
{
    /// <summary>Exact and case-sensitive.</summary>
    public required string Name { get; init; }

    /// <summary>As made by ASP.NET Core's password hasher; never the password.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>What the user may do.</summary>
    public required Permissions Permissions { get; init; }

    /// <summary>Changes with the password and when a user is made anew; tokens with another stamp are void.</summary>
    public required string Stamp { get; init; }

    /// <summary>When it was added (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether <see cref="Access.Permissions.Admin"/> is among the permissions.</summary>
    public bool IsAdmin => Permissions.HasFlag(Permissions.Admin);

    /// <summary>Whether the user may do this; admins may do all.</summary>
    public bool May(Permissions permission) => IsAdmin || Permissions.HasFlag(permission);
}
