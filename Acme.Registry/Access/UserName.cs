using Acme.Registry.Artifacts;

namespace Acme.Registry.Access;

/// <summary>The rules for a user's name.</summary>
public static class UserName
{
    /// <summary>Longest name, in UTF-16 code units.</summary>
    public const int MaxLength = 128;

    /// <summary>Says what is wrong with a name, or nothing when it may be used.</summary>
    public static string? Problem(string? name) =>
        name?.Length > MaxLength ? $"A user's name has at most {MaxLength} characters." : ArtifactName.Problem(name);
}
