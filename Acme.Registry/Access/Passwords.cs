using Microsoft.AspNetCore.Identity;

namespace Acme.Registry.Access;

/// <summary>Password rules and hashing (PBKDF2, by ASP.NET Core's password hasher).</summary>
public sealed class Passwords
{
    /// <summary>Fewest characters of a new password.</summary>
    public const int MinLength = 12;

    /// <summary>Most characters of a password; longer ones are not even hashed.</summary>
    public const int MaxLength = 256;

    private readonly PasswordHasher<User> _hasher = new();
    private readonly string _decoy;

    /// <summary>Prepares the decoy that unknown names are checked against.</summary>
    public Passwords() => _decoy = _hasher.HashPassword(null!, Guid.NewGuid().ToString());

    /// <summary>Says what is wrong with a new password, or nothing.</summary>
    public static string? Problem(string? password) => password switch
    {
        null or "" => "A password is required.",
        { Length: < MinLength } => $"A password has at least {MinLength} characters.",
        { Length: > MaxLength } => $"A password has at most {MaxLength} characters.",
        _ => null,
    };

    /// <summary>The hash to keep.</summary>
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>
    /// Whether the password is the user's. Takes as long for a name that nobody has, so that time does not tell which names exist.
    /// </summary>
    public bool Verify(User? user, string password) =>
        password.Length <= MaxLength
        && _hasher.VerifyHashedPassword(null!, user?.PasswordHash ?? _decoy, password) != PasswordVerificationResult.Failed
        && user is not null;
}
