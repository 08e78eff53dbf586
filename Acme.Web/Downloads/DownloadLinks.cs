using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Components;
using Acme.Web.Hosting;
using Acme.Web.Markdown;
using Acme.Web.Session;

namespace Acme.Web.Downloads;

/// <summary>
/// Links that a browser can follow with its session alone: the API wants a token in a header, which a link cannot send. The API's answer is
/// handed on as it arrives, with its ranges and validators; where it redirects to the blob store, the browser goes there itself.
/// </summary>
internal static class DownloadLinks
{
    private const int BufferSize = 256 * 1024;

    private static readonly string[] GetAndHead = ["GET", "HEAD"];
    private static readonly string[] Conditions = ["Range", "If-Range", "If-None-Match", "If-Modified-Since"];
    private static readonly string[] Handed =
        ["Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "Content-Type", "ETag", "Last-Modified", "Location", "Retry-After"];

    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        foreach (var type in Enum.GetValues<ArtifactType>())
        {
            var artifact = routes.MapGroup($"/{Address.SegmentOf(type)}/{{id}}").WithMetadata(new NeedsAttribute(Permission.Download));
            artifact.MapMethods("/download", GetAndHead, (string id, HttpContext context, ContentClient contents, Visitor visitor, string part = "all") =>
                HandOnAsync(context, contents.BundleAsync(new(context.Request.Method), type, id, part, visitor.Token, ConditionsOf(context), context.RequestAborted)));
            artifact.MapMethods("/file/{**path}", GetAndHead, (string id, string path, HttpContext context, ContentClient contents, Visitor visitor) =>
                HandOnAsync(context, contents.FileAsync(new(context.Request.Method), type, id, path, visitor.Token, ConditionsOf(context), context.RequestAborted)));
            artifact.MapMethods("/image/{**path}", GetAndHead, (string id, string path, HttpContext context, ContentClient contents, Visitor visitor) =>
                SendImageAsync(context, path, contents.FileAsync(new(context.Request.Method), type, id, path, visitor.Token, ConditionsOf(context), context.RequestAborted)));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ConditionsOf(HttpContext context) =>
        from name in Conditions
        where context.Request.Headers.ContainsKey(name)
        select KeyValuePair.Create(name, context.Request.Headers[name].ToString());

    /// <summary>A picture of a card. Its type is what its name says it may be, never what the file claims, and it can run nothing.</summary>
    private static async Task SendImageAsync(HttpContext context, string path, Task<HttpResponseMessage> answering)
    {
        if (CardImages.TypeOf(path) is not { } type)
        {
            using var refused = await answering;
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound);
            return;
        }
        await HandOnAsync(context, answering, headers =>
        {
            headers.ContentType = type;
            headers.Remove("Content-Disposition");
            headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
            headers.CacheControl = "private, max-age=3600";
        });
    }

    private static async Task HandOnAsync(HttpContext context, Task<HttpResponseMessage> answering, Action<IHeaderDictionary>? change = null)
    {
        using var answer = await answering;
        var status = (int)answer.StatusCode;
        if (status >= 400 && status != StatusCodes.Status416RangeNotSatisfiable) throw await RegistryException.OfAsync(answer, context.RequestAborted);

        var headers = context.Response.Headers;
        context.Response.StatusCode = status;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (Handed.Contains(name, StringComparer.OrdinalIgnoreCase)) headers[name] = values.ToArray();
        }
        headers.CacheControl = "private, no-cache";
        change?.Invoke(headers);
        if (HttpMethods.IsHead(context.Request.Method) || status == StatusCodes.Status304NotModified) return;
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await body.CopyToAsync(context.Response.Body, BufferSize, context.RequestAborted);
    }
}
