namespace Acme.Registry.Access;

/// <summary>An access token as it is kept: the text itself is known only to its holder.</summary>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of the token's text.</param>
/// <param name="UserName">Whose it is.</param>
/// <param name="Stamp">The user's <see cref="User.Stamp"/> when it was given out.</param>
/// <param name="ExpiresAt">First instant at which it is void (UTC).</param>
/// <param name="CallsLeft">How many calls it is still good for.</param>
public sealed record Token(string Hash, string UserName, string Stamp, DateTimeOffset ExpiresAt, int CallsLeft);

/// <summary>What became of an attempt to use a token.</summary>
/// <param name="Outcome">Whether calls are granted.</param>
/// <param name="Token">The token after the calls were taken off; only when granted.</param>
public sealed record TokenUse(TokenOutcome Outcome, Token? Token = null)
{
    /// <summary>How many calls were taken off: at most as many as were asked for, none unless granted.</summary>
    public int Calls { get; init; } = Outcome == TokenOutcome.Granted ? 1 : 0;
}

/// <summary>Why a token is good or not.</summary>
public enum TokenOutcome
{
    /// <summary>Calls are granted.</summary>
    Granted,

    /// <summary>No such token.</summary>
    Unknown,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its calls are used up.</summary>
    UsedUp,
}
