using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Acme.Registry.Zip;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Ingest;

/// <summary>Registers an artifact from a ZIP in the body. The body is read as a stream; of the ZIP nothing but its directory is held in memory.</summary>
internal static class UploadEndpoint
{
    private const int MaxFieldLength = 8 * 1024;
    private const int MaxParts = 16;

    // Room for the other fields and the headers beside the file.
    private const long MaxFormOverhead = 1024 * 1024;

    public static void MapUpload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/artifact/{artifact_type}/upload", UploadAsync)
            .WithName("ArtifactUpload").WithSummary("Register a new artifact from an uploaded ZIP")
            .WithDescription("multipart/form-data: file (the ZIP), and optionally name and url. With follow, a key that the caller makes up, GET /artifact/{type}/{follow}/progress tells how far it is.")
            .WithTags("Ingest")
            .WithMetadata(new UploadForm())
            .RequirePermission(Permissions.Upload)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(413).ProducesProblem(424).ProducesProblem(507);

    private static async Task<Created<Wire.Artifact>> UploadAsync(
        [FromRoute(Name = "artifact_type")] TypeSegment type,
        HttpContext context,
        ICatalog catalog,
        IngestPipeline pipeline,
        IngestBoard board,
        IOptions<IngestOptions> options,
        IOptions<ZipLimits> limits,
        string? follow = null)
    {
        if (follow is not null && !ArtifactId.TryParse(follow, null, out _))
            throw new ProblemException(400, "Bad key", $"What an upload is followed by matches {ArtifactId.Pattern} and has at most {ArtifactId.MaxLength} characters.");
        var id = ArtifactId.New();
        var tracker = board.Begin(id, follow);
        try
        {
            return Answer.Created(context, await TakeInAsync(id, type, context, catalog, pipeline, tracker, options.Value, limits.Value));
        }
        catch (Exception e)
        {
            tracker.Refuse(e is ProblemException problem ? [problem.Problem.Detail!] : IngestRefusal.Reasons(e));
            throw;
        }
    }

    private static async Task<Artifact> TakeInAsync(
        ArtifactId id, TypeSegment type, HttpContext context, ICatalog catalog, IngestPipeline pipeline, IngestTracker tracker, IngestOptions options, ZipLimits limits)
    {
        var cancellationToken = context.RequestAborted;
        // The epoch is read before the first byte: a reset during the upload must win.
        var order = await IngestEndpoints.OrderAsync(context, catalog, id, type.Value, "", null);

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = Math.Min(options.MaxArchiveBytes, long.MaxValue - MaxFormOverhead) + MaxFormOverhead;
        tracker.Enter(IngestStep.Fetching);
        using var spool = SpoolFile.Create(options.SpoolDirectory!);
        var form = await ReadAsync(context.Request, spool, options.MaxArchiveBytes, cancellationToken);
        if (form.Url is not null) Ingestor.CheckUrl(form.Url);
        order = order with { Name = IngestEndpoints.CheckedName(form.Name ?? Path.GetFileNameWithoutExtension(form.FileName) ?? ""), Url = form.Url };

        await using var snapshot = await ZipSnapshot.OpenAsync(spool.Release(), limits, cancellationToken);
        return await pipeline.PublishAsync(order, snapshot, cancellationToken, tracker);
    }

    private static async Task<UploadedForm> ReadAsync(HttpRequest request, SpoolFile spool, long maxBytes, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var contentType)
            || !contentType.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(contentType.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
            throw new ProblemException(400, "Not a form", "Send multipart/form-data with the ZIP in the field file.");

        var form = new UploadedForm(null, null, null);
        var hasFile = false;
        var reader = new MultipartReader(boundary, request.Body, 64 * 1024) { HeadersCountLimit = 16, HeadersLengthLimit = 16 * 1024 };
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
            {
                if (parts == MaxParts) throw new ProblemException(400, "Too many fields", $"The form has more than {MaxParts} fields.");
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
                switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
                {
                    case "file" when hasFile:
                        throw new ProblemException(400, "Two files", "Send one file.");
                    case "file":
                        hasFile = true;
                        form = form with { FileName = FileNameOf(disposition) };
                        await spool.CopyFromAsync(section.Body, maxBytes, cancellationToken);
                        break;
                    case "name":
                        form = form with { Name = await ReadFieldAsync(section, "name", cancellationToken) };
                        break;
                    case "url":
                        form = form with { Url = await ReadFieldAsync(section, "url", cancellationToken) };
                        break;
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new ProblemException(400, "Malformed form", e.Message);
        }
        catch (IOException e) when (e is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(400, "Form cut off", "The form ends before its last boundary. Send it again.");
        }
        return hasFile ? form : throw new ProblemException(400, "No file", "Send the ZIP in the field file.");
    }

    private static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        return name?[(name.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    private static async Task<string?> ReadFieldAsync(MultipartSection section, string name, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(section.Body);
        var buffer = new char[MaxFieldLength + 1];
        var length = await text.ReadBlockAsync(buffer, cancellationToken);
        if (length > MaxFieldLength) throw new ProblemException(400, "Field too long", $"The field {name} has more than {MaxFieldLength} characters.");
        var value = new string(buffer, 0, length);
        return value.Length == 0 ? null : value;
    }

    private sealed record UploadedForm(string? Name, string? Url, string? FileName);
}

/// <summary>Marks the operation whose body is the upload form, for the OpenAPI document.</summary>
internal sealed record UploadForm;
