using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Users;

/// <summary>Who is signed in, for administrators.</summary>
internal static class TokenEndpoints
{
    // 64 bits: enough to tell tokens apart, and of no use without the hash's other 192 and the token behind them.
    private const int IdLength = 16;

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/tokens").WithTags("Access")
            .RequirePermission(Permissions.Admin)
            .ProducesProblem(400).ProducesProblem(403);

        tokens.MapGet("", ListAsync).WithName("TokensList").WithSummary("List the tokens, never their text");
        tokens.MapDelete("/{id}", DeleteAsync).WithName("TokenDelete").WithSummary("Void this token").ProducesProblem(404);
    }

    private static async Task<JsonAnswer<IReadOnlyList<Wire.TokenDetails>>> ListAsync(HttpContext context, ICatalog catalog, string? offset = null, int limit = Paging.DefaultLimit)
    {
        var page = await catalog.Tokens.ListAsync(offset, Paging.Checked(limit), context.RequestAborted);
        var current = Caller.Of(context).Token.Hash;
        return JsonAnswer.Ok(Paging.Answer(context, page, token => new Wire.TokenDetails
        {
            Id = IdOf(token),
            User = token.UserName,
            ExpiresAt = token.ExpiresAt.UtcDateTime,
            CallsLeft = token.CallsLeft,
            IsCurrent = token.Hash == current,
        }));
    }

    private static async Task<Ok> DeleteAsync(string id, HttpContext context, ICatalog catalog)
    {
        string? cursor = null;
        do
        {
            // Ids are the beginnings of the hashes, which are in order; a page holds as many as one may.
            var page = await catalog.Tokens.ListAsync(cursor, 1000, context.RequestAborted);
            if (page.Items.FirstOrDefault(token => IdOf(token) == id) is { } found && await catalog.Tokens.DeleteAsync(found.Hash, context.RequestAborted)) return TypedResults.Ok();
            cursor = page.Next;
        }
        while (cursor is not null);
        throw new ProblemException(404, "No such token", "There is no token with this id. GET /tokens lists them.");
    }

    private static string IdOf(Token token) => token.Hash[..IdLength];
}
