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
        var policy = new AuthorizationPolicyBuilder(TokenAuthenticationHandler.SchemeName)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http && http.Features.Get<Caller>()?.User.May(permission) == true)
            .Build();
        return builder.RequireAuthorization(policy).WithMetadata(new NeededPermission(permission, refusalStatus));
    }
}
