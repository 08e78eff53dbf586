using Acme.Client.Contract;

namespace Acme.Web.Session;

/// <summary>On a page: what the visitor must be allowed to do. Without it anyone may see the page.</summary>
/// <param name="permission">The permission.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(Permission permission) : Attribute
{
    /// <summary>The permission.</summary>
    public Permission Permission { get; } = permission;
}
