using System.Text.Json;
using Acme.Api.Ingest;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Deletion;
using Acme.Registry.Ingest;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring;
using Acme.Registry.Search;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Acme.Registry.Zip;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Acme.Api.Problems;

/// <summary>Turns every exception into a problem document (RFC 9457) with a status that the contract knows and a detail that says what to do.</summary>
internal sealed class ProblemMapper(ILogger<ProblemMapper> logger) : IExceptionHandler
{
    // The driver has tried for a while already. Soon enough to notice that the engine is back, too seldom to be in its way.
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(5);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;

        var problem = Map(exception, httpContext);
        if (problem.Status >= 500) logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
        if (PauseBefore(exception) is { } pause) httpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(pause.TotalSeconds)).ToString();

        await Problem.WriteAsync(httpContext, problem);
        return true;
    }

    /// <summary>How long a caller should wait before the next try, where waiting helps.</summary>
    private static TimeSpan? PauseBefore(Exception exception) => exception switch
    {
        TooManyFailuresException e => e.RetryAfter,
        StorageUnavailableException => EnginePause,
        _ => null,
    };

    private static ProblemDetails Map(Exception exception, HttpContext context) => exception switch
    {
        ProblemException e => e.Problem,
        BadHttpRequestException e => BadRequest.Describe(e),
        InvalidCursorException => Problem.Of(400, "Bad cursor", "The offset is not one that this registry gave out. Start again without it."),
        InvalidPatternException e => Problem.Of(400, "Bad regular expression", e.Message),
        SearchTimeoutException e => Problem.Of(400, "Search too slow", e.Message),
        InvalidOrderException e => Problem.Of(400, "Bad request", e.Message),
        InvalidUserException e => Problem.Of(400, "Bad user", e.Message),
        UserExistsException e => Problem.Of(409, "User exists", e.Message),
        LineageUnavailableException e => Problem.Of(400, "Lineage cannot be computed", e.Message),
        ArtifactGoneException => Problem.NoSuchArtifact(),
        NotRestorableException => Problem.Of(404, "Not restorable", "There is no deleted artifact with this id and type, or its time to be restored is over. GET /artifacts/deleted lists those that can be restored."),
        ArtifactNotDeletedException e => Problem.Of(409, "Not deleted", $"The artifact {e.Id} is there; somebody may have restored it already. There is nothing to do."),
        NoSuchRevisionException e => Problem.Of(404, "No such revision", $"This artifact has no such revision. GET /artifacts/{e.Artifact.Type.Word()}/{e.Artifact.Id}/summary lists them."),
        RevisionIncompleteException e => Problem.Of(410, "Revision not complete", $"{e.Message} Nothing was changed. Replace the contents from their source, or restore the store from a backup."),
        DuplicateUrlException e => Problem.Of(409, "Artifact exists already", $"{e.Message} Use PUT /artifacts/{{type}}/{e.Existing} to replace its contents.", ("artifact_id", e.Existing.ToString())),
        IngestCancelledException e => Problem.Of(409, "Cancelled", e.Message),
        IngestRejectedException e => Problem.Of(424, "Rejected by policy", $"The artifact was not registered: {string.Join(" ", e.Reasons)}", ("reasons", e.Reasons)),
        ZipRefusedException e => Problem.Of(IsUpload(context) ? 400 : 424, "ZIP refused", e.Message, ("entry", e.EntryName ?? "")),
        ContentTooLargeException e => Problem.Of(413, "Too large", e.Message),
        SourceException e => Problem.Of(424, "Source not available", e.Message),
        EpochChangedException => Problem.Of(409, "Registry was reset", "The registry was reset while the artifact was being taken in; nothing was registered. Send it again if it is still wanted."),
        VersionConflictException => Problem.Of(409, "Changed meanwhile", "Someone else changed this at the same time. Read it again and repeat the change if it is still wanted."),
        StorageFullException e => Problem.Of(507, "Storage full", $"The registry has no room left; nothing was stored. {e.Message}"),
        StorageUnavailableException => Unavailable(context.Request),
        TooManyFailuresException e => Problem.Of(429, "Too many wrong passwords", $"Wait {Math.Ceiling(e.RetryAfter.TotalMinutes)} minutes before the next try."),
        RatingFailedException e => Problem.Of(500, "Rating failed", e.Message),
        _ => Problem.Of(500, "Internal error", "The registry failed to answer. The trace id finds the reason in its log."),
    };

    /// <summary>What the exception says is for operators: it names hosts.</summary>
    private static ProblemDetails Unavailable(HttpRequest request) => Problem.Of(
        503, "Storage not reachable",
        "The registry cannot reach its storage at the moment. What was stored is not lost. "
        + (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? "Send the request again a little later; "
            : "Whether this request has changed anything is not known: send it again a little later, after having looked; ")
        + "an operator finds at GET /health/components which part does not answer, and in the log why.");

    /// <summary>A ZIP in the body is the caller's own mistake; one that a source gave is the source's.</summary>
    private static bool IsUpload(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<UploadForm>() is not null;
}

/// <summary>Makes sense of what the framework's binding complains about.</summary>
internal static class BadRequest
{
    public const string TooLarge = "The body is larger than this operation reads. JSON bodies have at most 1 MiB, uploads what Ingest:MaxArchiveBytes allows.";
    public const string UnsupportedType = "Send the body as application/json in UTF-8 (or, to /upload, as multipart/form-data).";

    public static ProblemDetails Describe(BadHttpRequestException exception) => exception switch
    {
        { StatusCode: 413 } => Problem.Of(413, "Body too large", TooLarge),
        { StatusCode: 415 } => Problem.Of(415, "Unsupported content type", UnsupportedType),
        { InnerException: JsonException e } => Problem.Of(400, "Malformed JSON", Describe(e)),
        { StatusCode: 400 } => Problem.Of(400, "Bad request", Readable(exception.Message)),
        _ => Problem.Of(exception.StatusCode, "Bad request", exception.Message),
    };

    private static string Describe(JsonException e)
    {
        // The serializer's own sentence names .NET types; what the caller needs is the place and, for missing members, their names.
        var place = string.IsNullOrEmpty(e.Path) ? "$" : e.Path;
        const string missing = "missing required properties including: ";
        var at = e.Message.IndexOf(missing, StringComparison.Ordinal);
        if (at >= 0) return $"At {place}: missing {e.Message[(at + missing.Length)..].TrimEnd('.')}.";
        var line = e.LineNumber is { } number ? $" (line {number + 1})" : "";
        return $"At {place}{line}: the value is not of the type that the contract gives it, or the text is not JSON.";
    }

    private static string Readable(string message)
    {
        // "Failed to bind parameter "ArtifactId id" from "x!"."
        var parts = message.Split('"');
        if (!message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) || parts.Length < 4) return message;
        var name = parts[1].Split(' ')[^1];
        var value = parts[3].Length > 100 ? parts[3][..100] + "…" : parts[3];
        return $"The value '{value}' of the parameter '{char.ToLowerInvariant(name[0])}{name[1..]}' is not valid. {Hint(name)}".TrimEnd();
    }

    private static string Hint(string parameter) => parameter switch
    {
        "Id" or "id" => $"An id matches {ArtifactId.Pattern}.",
        "ArtifactType" or "type" => "The type is model, dataset or code.",
        _ => "",
    };
}
