using System.Security.Cryptography;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Access;

/// <summary>Adds and changes users, and keeps the administrator that configuration defines.</summary>
public sealed class UserDirectory(ICatalog catalog, Passwords passwords, IOptions<AdminOptions> admin, TimeProvider time)
{
    /// <summary>Whether this is the administrator that configuration defines; it can be changed only there.</summary>
    public bool IsConfiguredAdmin(string name) => name == admin.Value.Name;

    /// <summary>Adds a user.</summary>
    /// <exception cref="InvalidUserException">Name or password breaks a rule.</exception>
    /// <exception cref="UserExistsException">The name is taken.</exception>
    public async Task<User> RegisterAsync(string name, string password, Permissions permissions, CancellationToken cancellationToken = default)
    {
        if ((UserName.Problem(name) ?? Passwords.Problem(password)) is { } problem) throw new InvalidUserException(problem);
        var user = new User
        {
            Name = name,
            PasswordHash = passwords.Hash(password),
            Permissions = permissions,
            Stamp = NewStamp(),
            CreatedAt = time.GetUtcNow(),
        };
        try
        {
            await catalog.Users.SaveAsync(user, 0, cancellationToken);
        }
        catch (VersionConflictException)
        {
            throw new UserExistsException(name);
        }
        return user;
    }

    /// <summary>Changes password, permissions or both; null leaves as it is. A new password voids the user's tokens.</summary>
    /// <returns>The user, or null when there is none of the name.</returns>
    /// <exception cref="InvalidUserException">The password breaks a rule, or the user is the configured administrator.</exception>
    public async Task<User?> ChangeAsync(string name, string? password, Permissions? permissions, CancellationToken cancellationToken = default)
    {
        if (IsConfiguredAdmin(name)) throw new InvalidUserException("This administrator is defined by Admin:Name and Admin:Password in the configuration; change it there.");
        if (password is not null && Passwords.Problem(password) is { } problem) throw new InvalidUserException(problem);
        while (true)
        {
            if (await catalog.Users.FindAsync(name, cancellationToken) is not { } found) return null;
            var changed = found.Item with { Permissions = permissions ?? found.Item.Permissions };
            if (password is not null) changed = changed with { PasswordHash = passwords.Hash(password), Stamp = NewStamp() };
            try
            {
                await catalog.Users.SaveAsync(changed, found.Version, cancellationToken);
                return changed;
            }
            catch (VersionConflictException)
            {
                // Someone else changed the user in between; apply the change to what is there now.
            }
        }
    }

    /// <summary>Makes sure that the configured administrator exists with the configured password. Called once at start.</summary>
    public async Task EnsureConfiguredAdminAsync(CancellationToken cancellationToken = default)
    {
        var (name, password) = (admin.Value.Name!, admin.Value.Password!);
        while (true)
        {
            var found = await catalog.Users.FindAsync(name, cancellationToken);
            if (found is not null && found.Item.IsAdmin && passwords.Verify(found.Item, password)) return;
            var user = new User
            {
                Name = name,
                PasswordHash = passwords.Hash(password),
                Permissions = Permissions.Admin | Permissions.Upload | Permissions.Search | Permissions.Download,
                Stamp = NewStamp(),
                CreatedAt = found?.Item.CreatedAt ?? time.GetUtcNow(),
            };
            try
            {
                await catalog.Users.SaveAsync(user, found?.Version ?? 0, cancellationToken);
                return;
            }
            catch (VersionConflictException)
            {
                // Another instance is doing the same; look again at what it made.
            }
        }
    }

    private static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

/// <summary>A user cannot be as asked; the message says why.</summary>
public sealed class InvalidUserException(string message) : Exception(message);

/// <summary>The name is taken.</summary>
public sealed class UserExistsException(string name) : Exception($"A user named '{name}' exists already.");
