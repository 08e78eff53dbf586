namespace Acme.Registry.Access;

/// <summary>Decides whether a token grants a call, and to whom. The one place where tokens are verified.</summary>
public sealed class TokenVerifier(TokenLeases leases)
{
    /// <summary>Takes one call off the token and finds its user.</summary>
    /// <param name="presented">The header's value: the token, perhaps in quotes, perhaps behind <c>bearer</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TokenVerdict> VerifyAsync(string? presented, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(presented))
            return new("No token was sent. Get one with PUT /authenticate and send it in the header X-Authorization.");

        var text = Unwrap(presented);
        if (!text.StartsWith(SignIn.Prefix, StringComparison.Ordinal) || text.Length > 128)
            return new("The header does not hold a token of this registry. Send exactly what PUT /authenticate returned.");

        var hash = SignIn.HashOf(text);
        var (outcome, user, token) = await leases.UseAsync(hash, cancellationToken);
        switch (outcome)
        {
            case TokenOutcome.Expired:
                return new("The token has expired. Get a new one with PUT /authenticate.");
            case TokenOutcome.UsedUp:
                return new("The token's calls are used up. Get a new one with PUT /authenticate.");
            case TokenOutcome.Unknown:
                return new("The token is not known. Get a new one with PUT /authenticate.");
        }

        return user is null
            ? new("The token's user has been deleted or has a new password. Sign in again with PUT /authenticate.")
            : new(user, token!);
    }

    private static string Unwrap(string presented)
    {
        const string scheme = "bearer ";
        var text = presented.Trim().Trim('"').Trim();
        return text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? text[scheme.Length..].Trim() : text;
    }
}

/// <summary>What a token is worth.</summary>
public sealed record TokenVerdict
{
    /// <summary>Refused.</summary>
    public TokenVerdict(string refusal) => Refusal = refusal;

    /// <summary>Granted.</summary>
    public TokenVerdict(User user, Token token) => (User, Token) = (user, token);

    /// <summary>Whose call it is; null when refused.</summary>
    public User? User { get; }

    /// <summary>The token after the call was taken off; null when refused.</summary>
    public Token? Token { get; }

    /// <summary>Why it is refused and what to do, for the user; null when granted.</summary>
    public string? Refusal { get; }
}
