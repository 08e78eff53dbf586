using Acme.Api.Hosting;
using Acme.Api.Problems;
using Acme.Api.Users;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Authentication;

/// <summary>Sessions of browsers: tokens with a budget of their own. They live in the catalog, so that every instance knows them and a restart forgets none.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/sessions").WithTags("Access");

        sessions.MapPost("", BeginAsync)
            .WithName("SessionBegin").WithSummary("Begin a session")
            .WithDescription("Answers a token for X-Authorization that lasts as Access:SessionLifetime and Access:SessionCalls say, by default 10 hours or 100,000 calls.")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);

        sessions.MapGet("/current", Current)
            .WithName("SessionCurrent").WithSummary("Whose token is this, and how long does it last?")
            .RequirePermission(Permissions.None)
            .ProducesProblem(403);

        sessions.MapDelete("/current", EndAsync)
            .WithName("SessionEnd").WithSummary("Void the token of this call")
            .RequirePermission(Permissions.None)
            .ProducesProblem(403);
    }

    private static async Task<Created<Wire.NewSession>> BeginAsync(Wire.SessionRequest request, HttpContext context, SignIn signIn)
    {
        var signedIn = await signIn.ToSessionAsync(request.Name, request.Password, context.AddressOf(), context.RequestAborted)
            ?? throw new ProblemException(401, "Wrong user or password", "The user or password is invalid.");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created("/sessions/current", new Wire.NewSession { Token = $"bearer {signedIn.Text}", Session = ToWire(signedIn.User, signedIn.Token) });
    }

    private static JsonAnswer<Wire.Session> Current(HttpContext context)
    {
        var caller = Caller.Of(context);
        return JsonAnswer.Ok(ToWire(caller.User, caller.Token));
    }

    private static async Task<NoContent> EndAsync(HttpContext context, ICatalog catalog)
    {
        await catalog.Tokens.DeleteAsync(Caller.Of(context).Token.Hash, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static Wire.Session ToWire(User user, Token token)
    {
        var details = user.ToWire();
        return new()
        {
            Name = details.Name,
            IsAdmin = details.IsAdmin,
            Permissions = details.Permissions,
            ExpiresAt = token.ExpiresAt.UtcDateTime,
            CallsLeft = token.CallsLeft,
        };
    }
}
