using Acme.Registry.Access;
using Microsoft.AspNetCore.Authorization;

namespace Acme.Api.Authentication;

/// <summary>On an endpoint: what the caller must be allowed to do, and the status of a refusal.</summary>
internal sealed record NeededPermission(Permissions Permission, int RefusalStatus);

internal static class PermissionPolicy
{
    /// <summary>Lets only callers with the permission through.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, Permissions permission, int refusalStatus = 403)
        where TBuilder : IEndpointConventionBuilder
    {
        // Without a scheme: with one, the caller who is known already would be put together anew for every request.
        var policy = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http && http.Features.Get<Caller>()?.User.May(permission) == true)
            .Build();
        return builder.RequireAuthorization(policy).WithMetadata(new NeededPermission(permission, refusalStatus));
    }
}
