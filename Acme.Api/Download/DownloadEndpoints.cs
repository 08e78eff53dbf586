using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Download;
using Acme.Registry.Mirroring;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Acme.Api.Download;

/// <summary>The hot path: bundles and single files, whole or in part, straight from the blob store into the response.</summary>
internal static class DownloadEndpoints
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        var artifact = routes.MapGroup("/artifacts/{artifact_type}/{id}").WithTags("Download")
            .RequirePermission(Permissions.Download)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(416)
            .ProducesProblem(424).ProducesProblem(502);

        artifact.MapMethods("/download", GetAndHead, BundleAsync)
            .WithName("ArtifactDownload").WithSummary("Download this artifact, or part of it, as a ZIP")
            .WithDescription("part is all, weights or datasets. Answers Range (one range), If-Range and HEAD; the same revision always gives the same bytes. Where the store hands out URLs, GET redirects to one. Files that are still on their way are waited for; 409 when they are kept at the source only.")
            .Produces(200, contentType: "application/zip").Produces(206, contentType: "application/zip").Produces(302)
            .ProducesProblem(409);

        artifact.MapMethods("/files/{**path}", GetAndHead, FileAsync)
            .WithName("ArtifactFileDownload").WithSummary("Download one file of this artifact")
            .WithDescription("Answers Range (one range), If-Range and HEAD. A file that is still on its way is passed on as it arrives; one that is kept at the source only is redirected to, and where the store hands out URLs, any. revision is one of the artifact, the current one by default.")
            .Produces(200, contentType: "application/octet-stream").Produces(206, contentType: "application/octet-stream").Produces(302);
    }

    private static async Task BundleAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, IBlobStore blobs, RevisionReader revisions, TimeProvider time, string part = "all")
    {
        var wanted = part switch
        {
            "all" => BundlePart.All,
            "weights" => BundlePart.Weights,
            "datasets" => BundlePart.Datasets,
            _ => throw new ProblemException(400, "Bad part", "The part is all, weights or datasets."),
        };
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var bundle = await revisions.GetBundleAsync(artifact.Head, wanted, context.RequestAborted);
        if (bundle.FileCount == 0)
            throw new ProblemException(404, "No such part", $"This artifact has no files of the part '{part}'. Ask for part=all to get everything.");

        var suffix = wanted == BundlePart.All ? "" : $"-{part}";
        var content = new Content("application/zip", SafeFileName(artifact.Name) + suffix + ".zip", bundle.ETag, bundle.Length);
        if (bundle.RemoteFiles.Count == 0)
        {
            await SendAsync(context, catalog, artifact, content, time, direct => direct.GetBundleAsync(bundle, content.FileName, context.RequestAborted), (offset, length) =>
                bundle.CopyToAsync(blobs, offset, length, context.Response.BodyWriter, cancellationToken: context.RequestAborted));
            return;
        }
        var remote = context.RequestServices.GetRequiredService<RemoteDownload>();
        if (remote.IsPointer(await revisions.GetManifestAsync(artifact.Head, context.RequestAborted)))
        {
            var files = $"/artifacts/{artifact.Type.Word()}/{artifact.Id}/files";
            throw new ProblemException(409, "Kept at the source only", $"{bundle.RemoteFiles.Count} files of this artifact are so large that the registry keeps only their URLs. GET {files} lists them; GET {files}/{{path}} redirects to each.");
        }
        foreach (var file in bundle.RemoteFiles) RemoteDownload.ThrowIfFailed(file);
        await SendRemoteAsync(context, catalog, artifact, content, time, BeginAsync, (share, offset, length) =>
            bundle.CopyToAsync(blobs, offset, length, context.Response.BodyWriter, (file, ct) => remote.ArriveAsync(file, share, ct), context.RequestAborted));

        async Task<MirrorShare?> BeginAsync()
        {
            foreach (var file in bundle.RemoteFiles)
            {
                if (!await remote.HasArrivedAsync(file, context.RequestAborted)) return await remote.BeginAsync(context, artifact, file, all: true);
            }
            return null;
        }
    }

    private static async Task FileAsync(
        [AsParameters] ArtifactKey key, string path, HttpContext context, ICatalog catalog, IBlobStore blobs, RevisionReader revisions, TimeProvider time, string? revision = null)
    {
        var exact = RawPath.After(context, $"/artifacts/{key.ArtifactType.Value.Word()}/{key.Id}/files/") ?? path;
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var manifest = await revisions.GetManifestAsync(artifact.Choose(revision), context.RequestAborted);
        var file = manifest.Find(exact)
            ?? throw new ProblemException(404, "No such file", $"The artifact has no file '{exact}'. GET /artifacts/{key.ArtifactType.Value.Word()}/{key.Id}/files lists its files.");

        var content = new Content("application/octet-stream", SafeFileName(exact[(exact.LastIndexOf('/') + 1)..]), $"\"{file.Digest}\"", file.Size);
        if (file.Remote is { } url && context.RequestServices.GetRequiredService<RemoteDownload>() is var remote
            && !await remote.HasArrivedAsync(file, context.RequestAborted))
        {
            RemoteDownload.ThrowIfFailed(file);
            if (remote.IsPointer(manifest))
                await RedirectAsync(context, catalog, artifact, url, time);
            else
                await SendRemoteAsync(context, catalog, artifact, content, time, async () => await remote.BeginAsync(context, artifact, file, all: false), (share, offset, length) =>
                    share!.Fetch.CopyToAsync(offset, length, context.Response.BodyWriter, context.RequestAborted));
            return;
        }

        await SendAsync(context, catalog, artifact, content, time, direct => direct.GetFileAsync(file.Digest, content.FileName, context.RequestAborted), (offset, length) =>
            blobs.CopyToAsync(file.Digest, offset, length, context.Response.BodyWriter, context.RequestAborted));
    }

    private static async Task RedirectAsync(HttpContext context, ICatalog catalog, Artifact artifact, Uri url, TimeProvider time)
    {
        if (HttpMethods.IsGet(context.Request.Method)) await catalog.Audit.RecordAsync(context, artifact, AuditAction.Download, time);
        context.Response.Redirect(url.AbsoluteUri);
    }

    /// <summary>Sends content that may still be on its way: a source that does not give it at all is found out before the first byte.</summary>
    private static async Task SendRemoteAsync(
        HttpContext context,
        ICatalog catalog,
        Artifact artifact,
        Content content,
        TimeProvider time,
        Func<Task<MirrorShare?>> beginAsync,
        Func<MirrorShare?, long, long, Task> copyAsync)
    {
        if (await PrepareAsync(context, content) is not { } range) return;
        await using var share = await beginAsync();
        await catalog.Audit.RecordAsync(context, artifact, AuditAction.Download, time);
        var logger = context.RequestServices.GetRequiredService<ILogger<RemoteDownload>>();
        await RemoteDownload.CopyAsync(context, logger, () => copyAsync(share, range.Offset, range.Length));
    }

    /// <summary>Sends content that is here, or the URL by which the client fetches it from the store itself.</summary>
    private static async Task SendAsync(
        HttpContext context,
        ICatalog catalog,
        Artifact artifact,
        Content content,
        TimeProvider time,
        Func<IDirectDownloads, Task<Uri?>> redirectAsync,
        Func<long, long, Task> copyAsync)
    {
        if (await PrepareAsync(context, content) is not { } range) return;
        if (context.RequestServices.GetRequiredService<IOptions<DownloadOptions>>().Value.Redirect == true
            && context.RequestServices.GetService<IDirectDownloads>() is { } direct && await redirectAsync(direct) is { } url)
        {
            // What was said of the content is for the store to say; a range is asked for there again.
            var headers = context.Response.Headers;
            (headers.ContentLength, headers.ContentType, headers.ContentRange, headers.ContentDisposition, headers.AcceptRanges, headers.ETag) = (null, default, default, default, default, default);
            await RedirectAsync(context, catalog, artifact, url, time);
            return;
        }
        await catalog.Audit.RecordAsync(context, artifact, AuditAction.Download, time);
        await copyAsync(range.Offset, range.Length);
    }

    /// <summary>Sets status and headers; what is to be sent, where anything is.</summary>
    private static async Task<RangeRequest?> PrepareAsync(HttpContext context, Content content)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = content.ETag;
        response.Headers.CacheControl = "private, no-cache";
        if (request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && Matches(known, content.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        var range = RangeRequest.Evaluate(request.Headers.Range, request.Headers.IfRange, content.ETag, content.Length);
        if (range.Outcome == RangeOutcome.Unsatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{content.Length}";
            await Problem.WriteAsync(context, Problem.Of(416, "Range not satisfiable", $"The content has {content.Length} bytes."));
            return null;
        }
        if (range.Outcome == RangeOutcome.Partial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{content.Length}";
        }
        response.ContentType = content.MediaType;
        response.ContentLength = range.Length;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = content.FileName, FileName = Ascii(content.FileName) }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(request.Method) ? null : range;
    }

    private static bool Matches(string ifNoneMatch, string etag) =>
        ifNoneMatch.Trim() == "*" || ifNoneMatch.Split(',').Any(tag => tag.Trim() is var t && (t == etag || t == "W/" + etag));

    private static string SafeFileName(string name) => string.Concat(name.Select(c => c is '/' or '\\' or ':' or '"' || char.IsControl(c) ? '-' : c));

    private static string Ascii(string name) => string.Concat(name.Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '_'));

    private sealed record Content(string MediaType, string FileName, string ETag, long Length);
}
