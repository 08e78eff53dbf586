using Acme.Api.Hosting;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Deletion;
using Acme.Registry.Download;
using Acme.Registry.Ingest;
using Acme.Registry.Mirroring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

/// <summary>What an artifact's page needs beside its rating, lineage and files: the record in full, and the card.</summary>
internal static class SummaryEndpoints
{
    public static void MapSummaries(this IEndpointRouteBuilder routes)
    {
        var artifact = routes.MapGroup("/artifacts/{artifact_type}/{id}").WithTags("Artifacts")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

        artifact.MapGet("/summary", SummaryAsync)
            .WithName("ArtifactSummary").WithSummary("Get what this artifact's page shows: record, revisions, origins, how far its files are here");

        artifact.MapGet("/card", CardAsync)
            .WithName("ArtifactCard").WithSummary("Get the card of this artifact as Markdown")
            .WithDescription("At most 256 Ki characters, as the file has them and not sanitised; 204 where there is no card. The header X-Card-Path is the file, percent-encoded; X-Card-Truncated is there when the file goes on.")
            .Produces<string>(200, "text/markdown").Produces(204);
    }

    private static async Task<JsonAnswer<Wire.ArtifactSummary>> SummaryAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, RevisionReader revisions, Mirror mirror, IOptions<MirrorOptions> options, ArtifactDeleter deleter)
    {
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var manifest = await revisions.GetManifestAsync(artifact.Head, context.RequestAborted);
        return JsonAnswer.Ok(new Wire.ArtifactSummary
        {
            Row = artifact.ToRow(),
            DownloadUrl = artifact.ToWire(context.Request).Data.DownloadUrl!,
            Revisions =
            [
                .. artifact.Revisions.Reverse().Select(r => new Wire.ArtifactRevision
                {
                    Id = r.Id,
                    Url = r.Url,
                    CreatedAt = r.CreatedAt.UtcDateTime,
                    CreatedBy = r.CreatedBy,
                    Size = r.TotalSize,
                    FileCount = r.FileCount,
                }),
            ],
            Parents = [.. artifact.Parents.Select(p => new Wire.ArtifactOrigin { Name = p.Name, Relationship = p.Relationship, Type = p.Type.ToWire() })],
            Mirror = await MirrorOfAsync(manifest, mirror, options.Value, context.RequestAborted),
            CardPath = FactCollector.CardOf(manifest)?.Path,
            RatedAt = artifact.Rating?.RatedAt.UtcDateTime,
            RestorableSeconds = (long?)deleter.KeptFor?.TotalSeconds,
        });
    }

    private static async Task<Wire.ArtifactMirror> MirrorOfAsync(Manifest manifest, Mirror mirror, MirrorOptions options, CancellationToken cancellationToken)
    {
        var (missing, failed, arrived) = (0, 0, manifest.TotalSize - manifest.RemoteSize);
        foreach (var entry in manifest.Entries.Where(e => e.Remote is not null))
        {
            if (await mirror.FindArrivedAsync(entry, cancellationToken) is not null)
            {
                arrived += entry.Size;
                continue;
            }
            missing++;
            if (entry.Problem is not null) failed++;
            else arrived += mirror.ProgressOf(entry).FetchedBytes;
        }
        return new()
        {
            Files = manifest.Entries.Count,
            StoredFiles = manifest.Entries.Count - missing,
            FailedFiles = failed,
            KeptAtSource = missing > 0 && options.ModeOf(manifest) == MirrorMode.AtSource,
            Bytes = manifest.TotalSize,
            ArrivedBytes = arrived,
        };
    }

    private static async Task<Results<ContentHttpResult, NoContent>> CardAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, RevisionReader revisions, FactCollector facts)
    {
        var artifact = (await catalog.Artifacts.GetAsync(key, context.RequestAborted)).Item;
        var manifest = await revisions.GetManifestAsync(artifact.Head, context.RequestAborted);
        if (await facts.ReadCardAsync(manifest, context.RequestAborted) is not { } card) return TypedResults.NoContent();
        context.Response.Headers["X-Card-Path"] = Uri.EscapeDataString(card.Path);
        // A surrogate pair at the border may have cost one more.
        if (card.Text.Length >= CardFacts.MaxText - 1) context.Response.Headers["X-Card-Truncated"] = "true";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(card.Text, "text/markdown; charset=utf-8");
    }
}

internal static class RevisionChoice
{
    /// <summary>The revision with this id, the current one without; 404 where the artifact has no such revision.</summary>
    public static Revision Choose(this Artifact artifact, string? revision) =>
        string.IsNullOrEmpty(revision) ? artifact.Head
        : artifact.Revisions.LastOrDefault(r => r.Id == revision)
            ?? throw new NoSuchRevisionException(artifact);
}
