using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Components;
using Acme.Web.Resources;
using Acme.Web.Session;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace Acme.Web.Pages.Upload;

/// <summary>Takes the form with the ZIP and sends the file on to the API while it arrives: it is neither held in memory nor on disk here.</summary>
internal static class ZipUpload
{
    private const int MaxFieldLength = 4096;
    private const int MaxFields = 8;

    public static void MapZipUpload(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/upload/zip", UploadAsync).WithMetadata(new NeedsAttribute(Permission.Upload));
        routes.MapGet("/upload/stage", StageAsync).WithMetadata(new NeedsAttribute(Permission.Upload));
    }

    /// <summary>How far the upload is that was given this key, in words.</summary>
    private static async Task<IResult> StageAsync(string type, string key, RegistryClient registry, IStringLocalizer<Texts> texts, CancellationToken cancellationToken)
    {
        try
        {
            var progress = await registry.GetProgressAsync(TypeChoice.Read(type), key, cancellationToken);
            return Results.Json(new { text = Stages.NameOf(progress.Stage, texts) });
        }
        catch (RegistryException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            // Not begun yet, or over: the answer to the upload itself says which.
            return Results.Json(new { text = "" });
        }
    }

    private static async Task UploadAsync(HttpContext context, RegistryClient registry)
    {
        // The API knows the limit that is configured, and refuses what is beyond it while it arrives.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        try
        {
            await AnswerAsync(context, await ReadAndSendAsync(context, registry));
        }
        catch (RegistryException e) when (WantsJson(context))
        {
            context.Response.StatusCode = (int)e.Status;
            await context.Response.WriteAsJsonAsync(new { title = e.Title, detail = e.Detail });
        }
    }

    private static async Task<Artifact> ReadAndSendAsync(HttpContext context, RegistryClient registry)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var contentType) || HeaderUtilities.RemoveQuotes(contentType.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
            throw Refusal("The form is not one with a file.");

        var reader = new MultipartReader(boundary, context.Request.Body, 64 * 1024);
        var fields = new Dictionary<string, string>();
        for (var count = 0; count < MaxFields && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section; count++)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (field != "file")
            {
                fields[field] = await ReadFieldAsync(section, context.RequestAborted);
                continue;
            }
            // The token stands before the file in the form, so that a forged one is known before any of the file is sent on.
            var token = fields.GetValueOrDefault(SessionAntiforgery.FieldName);
            if (!SessionAntiforgery.IsFromHere(context.Request) || !SessionAntiforgery.IsValid(context, token))
                throw Refusal("The form is out of date, or it was not sent from a page of this site. Load the page again and repeat what you did.");
            var fileName = disposition.FileName.HasValue ? HeaderUtilities.RemoveQuotes(disposition.FileName).Value! : "";
            if (fileName.Length == 0) throw Refusal("Choose the ZIP file that is to be sent.");
            var name = fields.GetValueOrDefault("name");
            return await registry.UploadAsync(
                TypeChoice.Read(fields.GetValueOrDefault("type")), section.Body, fileName, string.IsNullOrWhiteSpace(name) ? null : name.Trim(), null, Key(fields), context.RequestAborted);
        }
        throw Refusal("Choose the ZIP file that is to be sent.");
    }

    // Made up by the page's script, so that it can ask how far the upload is.
    private static string? Key(Dictionary<string, string> fields) =>
        fields.GetValueOrDefault("follow") is { Length: > 0 and <= 64 } key && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? key : null;

    private static async Task<string> ReadFieldAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(section.Body);
        var buffer = new char[MaxFieldLength + 1];
        var length = await text.ReadBlockAsync(buffer, cancellationToken);
        return length <= MaxFieldLength ? new(buffer, 0, length) : throw Refusal("A field of the form is too long.");
    }

    private static Task AnswerAsync(HttpContext context, Artifact added)
    {
        var page = Address.Of(added.Metadata);
        if (WantsJson(context)) return context.Response.WriteAsJsonAsync(new { page });
        context.Response.Redirect(page);
        return Task.CompletedTask;
    }

    private static bool WantsJson(HttpContext context) => context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);

    private static RegistryException Refusal(string detail) => new(System.Net.HttpStatusCode.BadRequest, "Not sent", detail);
}
