using System.Net;
using Acme.Client;
using Acme.Web.Session;
using Microsoft.AspNetCore.Antiforgery;

namespace Acme.Web.Hosting;

/// <summary>
/// Finds out who asks, sends away who may not see the page, and answers with a page when the registry refuses or cannot be reached.
/// What is hidden here is refused by the API as well: this is courtesy, that is security.
/// </summary>
internal sealed class PageGate(RequestDelegate next, ILogger<PageGate> logger)
{
    public static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    public async Task InvokeAsync(HttpContext context, Visitor visitor)
    {
        try
        {
            await visitor.LoadAsync(context);
            if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsAttribute>() is { } needs && !visitor.May(needs.Permission))
            {
                if (visitor.Name is null) context.Response.Redirect(LocalUrl.SignInFrom(context.Request, visitor.HasEnded));
                else await ErrorAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, needs.Permission);
                return;
            }
            await next(context);
        }
        catch (RegistryException e) when (!context.Response.HasStarted)
        {
            // The session may have ended a moment ago, or lost the permission.
            if (e.Status == HttpStatusCode.Forbidden) await visitor.LoadAgainAsync(context);
            if (e.Status == HttpStatusCode.Forbidden && visitor.Name is null) context.Response.Redirect(LocalUrl.SignInFrom(context.Request, visitor.HasEnded));
            else await ErrorAnswer.WriteAsync(context, (int)e.Status, detail: e.Detail);
        }
        catch (HttpRequestException e) when (!context.Response.HasStarted)
        {
            logger.LogError(e, "The registry's API does not answer");
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status502BadGateway);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            logger.LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
    }
}

/// <summary>Answers a form that antiforgery refused with a page that says what to do.</summary>
internal sealed class ForgedFormPage(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            ? ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest)
            : next(context);
}
