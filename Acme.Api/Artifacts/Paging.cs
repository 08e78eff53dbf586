using Acme.Api.Problems;
using Acme.Registry.Storage;

namespace Acme.Api.Artifacts;

/// <summary>Paging as the contract has it: <c>offset</c> in the query is an opaque cursor, the header <c>offset</c> the next one.</summary>
internal static class Paging
{
    public const int DefaultLimit = 100;

    public static int Checked(int limit) =>
        limit is >= 1 and <= 1000 ? limit : throw new ProblemException(400, "Bad limit", "The limit is a number from 1 to 1000.");

    public static IReadOnlyList<TOut> Answer<TIn, TOut>(HttpContext context, Page<TIn> page, Func<TIn, TOut> map)
    {
        if (page.Next is not null) context.Response.Headers["offset"] = page.Next;
        return [.. page.Items.Select(map)];
    }
}
