using System.Text.Json.Serialization;

namespace Acme.Client.Contract;

/// <summary>A user, in short.</summary>
public sealed record User
{
    /// <summary>The user's name.</summary>
    public required string Name { get; init; }

    /// <summary>Is this user an admin?</summary>
    public required bool IsAdmin { get; init; }
}

/// <summary>A user's secret.</summary>
public sealed record UserAuthenticationInfo
{
    /// <summary>The password.</summary>
    public required string Password { get; init; }
}

/// <summary>Asks for a token.</summary>
public sealed record AuthenticationRequest
{
    /// <summary>Who.</summary>
    public required User User { get; init; }

    /// <summary>And the proof.</summary>
    public required UserAuthenticationInfo Secret { get; init; }
}

/// <summary>What a user may do.</summary>
[JsonConverter(typeof(WordConverter<Permission>))]
public enum Permission
{
    /// <summary><c>upload</c>: register, replace and delete artifacts.</summary>
    Upload,

    /// <summary><c>search</c>: list, search and read about artifacts.</summary>
    Search,

    /// <summary><c>download</c>: fetch contents.</summary>
    Download,

    /// <summary><c>admin</c>: everything, and users and reset.</summary>
    Admin,
}

/// <summary>Registers a user.</summary>
public sealed record RegisterUserRequest
{
    /// <summary>Name to sign in with.</summary>
    public required string Name { get; init; }

    /// <summary>At least 12 characters.</summary>
    public required string Password { get; init; }

    /// <summary>What the user may do.</summary>
    public required IReadOnlyList<Permission> Permissions { get; init; }
}

/// <summary>Changes a user; what is absent stays.</summary>
public sealed record ChangeUserRequest
{
    /// <summary>New password; voids the user's tokens.</summary>
    public string? Password { get; init; }

    /// <summary>All that the user may do from now on.</summary>
    public IReadOnlyList<Permission>? Permissions { get; init; }
}

/// <summary>A user in full.</summary>
public sealed record UserDetails
{
    /// <summary>The user's name.</summary>
    public required string Name { get; init; }

    /// <summary>Is this user an admin?</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>What the user may do.</summary>
    public required IReadOnlyList<Permission> Permissions { get; init; }

    /// <summary>When the user was added (UTC).</summary>
    public required DateTime CreatedAt { get; init; }
}
