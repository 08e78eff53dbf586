using Acme.Api.Hosting;
using Acme.Api.Problems;
using Acme.Client.Contract;
using Acme.Registry.Access;

namespace Acme.Api.Authentication;

internal static class AuthenticateEndpoint
{
    public static void MapAuthenticate(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/authenticate", AuthenticateAsync)
            .WithName("CreateAuthToken")
            .WithSummary("Create an access token")
            .WithDescription("The token is good for 10 hours or 1,000 calls unless configured otherwise. Send it in X-Authorization.")
            .WithTags("Access")
            .ProducesProblem(400)
            .ProducesProblem(401)
            .ProducesProblem(429);

    private static async Task<JsonAnswer<string>> AuthenticateAsync(AuthenticationRequest request, HttpContext context, SignIn signIn)
    {
        var token = await signIn.WithPasswordAsync(request.User.Name, request.Secret.Password, context.AddressOf(), context.RequestAborted)
            ?? throw new ProblemException(401, "Wrong user or password", "The user or password is invalid.");
        return JsonAnswer.Ok($"bearer {token}");
    }
}
