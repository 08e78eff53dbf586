using Acme.Client.Contract;
using Acme.Web.Layout;
using Acme.Web.Session;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Acme.Web.Hosting;

/// <summary>Answers with a page that says what went wrong and what to do.</summary>
internal static class ErrorAnswer
{
    public static async Task WriteAsync(HttpContext context, int status, Permission? needed = null, string? detail = null)
    {
        // The page that failed has used up the services of its scope, some of which can be begun only once.
        await using var scope = context.RequestServices.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Visitor>().Be(context.RequestServices.GetRequiredService<Visitor>());
        var before = context.RequestServices;
        context.RequestServices = scope.ServiceProvider;

        // A page that was begun has left its own headers for what is not there any more.
        context.Response.Headers.Remove("Content-Disposition");
        // The framework adds this one, and may not add it twice.
        context.Response.Headers.Remove("blazor-enhanced-nav");
        var page = new RazorComponentResult<ErrorDocument>(new Dictionary<string, object?>
        {
            [nameof(ErrorDocument.Status)] = status,
            [nameof(ErrorDocument.Needed)] = needed,
            [nameof(ErrorDocument.Detail)] = detail,
        })
        {
            StatusCode = status,
        };
        try
        {
            await page.ExecuteAsync(context);
        }
        finally
        {
            context.RequestServices = before;
        }
    }
}
