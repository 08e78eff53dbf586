namespace Acme.Client.Contract;

/// <summary>Begins a session.</summary>
public sealed record SessionRequest
{
    /// <summary>Who.</summary>
    public required string Name { get; init; }

    /// <summary>And the proof.</summary>
    public required string Password { get; init; }
}

/// <summary>A session that has begun.</summary>
public sealed record NewSession
{
    /// <summary>What to send in <c>X-Authorization</c>. Shown this once.</summary>
    public required string Token { get; init; }

    /// <summary>Whose it is and how long it lasts.</summary>
    public required Session Session { get; init; }
}

/// <summary>Whose call this is, and how long the token lasts.</summary>
public sealed record Session
{
    /// <summary>The user's name.</summary>
    public required string Name { get; init; }

    /// <summary>Is this user an admin?</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>What the user may do; an admin may do all.</summary>
    public required IReadOnlyList<Permission> Permissions { get; init; }

    /// <summary>First instant at which the token is void (UTC).</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>How many calls the token is still good for.</summary>
    public required int CallsLeft { get; init; }
}

/// <summary>A token as administrators see it.</summary>
public sealed record TokenDetails
{
    /// <summary>Names the token; nothing can be signed in with it.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string User { get; init; }

    /// <summary>First instant at which it is void (UTC).</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>How many calls it is still good for.</summary>
    public required int CallsLeft { get; init; }

    /// <summary>Whether it is the one that this call was made with.</summary>
    public required bool IsCurrent { get; init; }
}
