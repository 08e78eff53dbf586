namespace Acme.Registry.Access;

/// <summary>What a user may do. An admin may do everything.</summary>
[Flags]
public enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Register, replace and delete artifacts.</summary>
    Upload = 1,

    /// <summary>List, search and read about artifacts.</summary>
    Search = 2,

    /// <summary>Fetch contents.</summary>
    Download = 4,

    /// <summary>Everything, and users and reset.</summary>
    Admin = 8,
}
