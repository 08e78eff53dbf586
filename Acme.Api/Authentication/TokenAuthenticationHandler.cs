using System.Security.Claims;
using System.Text.Encodings.Web;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Acme.Api.Authentication;

/// <summary>
/// Reads the token from <c>X-Authorization</c> (or <c>Authorization</c>), has it verified, and answers refusals as the contract says:
/// 403, except that a valid token without the permission to reset gets 401.
/// </summary>
internal sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenVerifier verifier)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // A call is taken off the token only where one is needed.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<AuthorizationPolicy>() is null) return AuthenticateResult.NoResult();

        var presented = Request.Headers["X-Authorization"].FirstOrDefault() ?? Request.Headers.Authorization.FirstOrDefault();
        var verdict = await verifier.VerifyAsync(presented, Context.RequestAborted);
        if (verdict.User is null) return AuthenticateResult.Fail(verdict.Refusal!);

        Context.Features.Set(new Caller(verdict.User, verdict.Token!));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, verdict.User.Name)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        await Problem.WriteAsync(Context, Problem.Of(403, "Not authenticated", result.Failure?.Message ?? "Send a token in the header X-Authorization."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<NeededPermission>();
        return Problem.WriteAsync(Context, Problem.Of(
            needed?.RefusalStatus ?? 403,
            "Not permitted",
            $"This needs the permission '{needed?.Permission.ToString().ToLowerInvariant()}'. An admin can give it with PATCH /users/{{name}}."));
    }
}
