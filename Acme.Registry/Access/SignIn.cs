using System.Security.Cryptography;
using System.Text;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Access;

/// <summary>Turns a name and a password into a token.</summary>
public sealed class SignIn(ICatalog catalog, Passwords passwords, GuessingGuard guard, IOptions<AccessOptions> options, TimeProvider time)
{
    /// <summary>Before the random part of every token, so that scanners for leaked secrets can tell it.</summary>
    public const string Prefix = "acme_";

    /// <summary>Checks the password and gives out a new token; the text is returned this once and kept nowhere.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="password">The password as typed.</param>
    /// <param name="address">The client's network address, for the guard against guessing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The token's text, or null when name or password is wrong.</returns>
    /// <exception cref="TooManyFailuresException">Too many wrong passwords; the password was not looked at.</exception>
    public async Task<string?> WithPasswordAsync(string name, string password, string address, CancellationToken cancellationToken = default) =>
        (await IssueAsync(name, password, address, options.Value.TokenLifetime, options.Value.TokenCalls, cancellationToken))?.Text;

    /// <summary>The same for a session, which lasts as <see cref="AccessOptions.SessionLifetime"/> and <see cref="AccessOptions.SessionCalls"/> say.</summary>
    /// <returns>The token and whose it is, or null when name or password is wrong.</returns>
    /// <exception cref="TooManyFailuresException">Too many wrong passwords; the password was not looked at.</exception>
    public Task<SignedIn?> ToSessionAsync(string name, string password, string address, CancellationToken cancellationToken = default) =>
        IssueAsync(name, password, address, options.Value.SessionLifetime, options.Value.SessionCalls, cancellationToken);

    /// <summary>Under what a token is kept. A plain hash will do: 256 random bits cannot be guessed.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Gives out a new token to a user who is known already; its text is returned this once and kept nowhere.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="calls">For how many calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SignedIn> IssueAsync(User user, TimeSpan lifetime, int calls, CancellationToken cancellationToken = default)
    {
        var text = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var token = new Token(HashOf(text), user.Name, user.Stamp, time.GetUtcNow() + lifetime, calls);
        await catalog.Tokens.AddAsync(token, cancellationToken);
        return new(text, token, user);
    }

    private async Task<SignedIn?> IssueAsync(string name, string password, string address, TimeSpan lifetime, int calls, CancellationToken cancellationToken)
    {
        guard.Demand(name, address);
        var user = (await catalog.Users.FindAsync(name, cancellationToken))?.Item;
        if (!passwords.Verify(user, password))
        {
            guard.Failed(name, address);
            return null;
        }
        guard.Succeeded(name, address);
        return await IssueAsync(user!, lifetime, calls, cancellationToken);
    }
}

/// <summary>What signing in came to.</summary>
/// <param name="Text">The token's text, kept nowhere.</param>
/// <param name="Token">The token as it is kept.</param>
/// <param name="User">Whose it is.</param>
public sealed record SignedIn(string Text, Token Token, User User);
