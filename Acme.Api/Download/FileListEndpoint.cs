using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Mirroring;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Download;

/// <summary>The files of an artifact, and how far those are that come later than their artifact.</summary>
internal static class FileListEndpoint
{
    public static void MapFileList(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/artifacts/{artifact_type}/{id}/files", ListAsync)
            .WithName("ArtifactFilesList").WithSummary("List the files of this artifact")
            .WithDescription("Large files may follow after their artifact: state is stored, waiting, fetching, pointer (kept at the source only) or failed (problem says why). revision is one of the artifact, the current one by default.")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private static async Task<JsonAnswer<IReadOnlyList<Wire.ArtifactFile>>> ListAsync(
        [AsParameters] ArtifactKey key, HttpContext context, ICatalog catalog, RevisionReader revisions, Mirror mirror, IOptions<MirrorOptions> options, string? revision = null)
    {
        var found = await catalog.Artifacts.GetAsync(key, context.RequestAborted);
        var manifest = await revisions.GetManifestAsync(found.Item.Choose(revision), context.RequestAborted);
        var mode = options.Value.ModeOf(manifest);
        var files = new List<Wire.ArtifactFile>(manifest.Entries.Count);
        foreach (var entry in manifest.Entries) files.Add(await ToWireAsync(entry, mode, mirror, context.RequestAborted));
        return JsonAnswer.Ok<IReadOnlyList<Wire.ArtifactFile>>(files);
    }

    private static async ValueTask<Wire.ArtifactFile> ToWireAsync(ManifestEntry entry, MirrorMode mode, Mirror mirror, CancellationToken cancellationToken)
    {
        var file = new Wire.ArtifactFile
        {
            Path = entry.Path, Size = entry.Size, Sha256 = entry.Digest.ToString(), Mirrored = true, State = Wire.FileState.Stored,
        };
        // What has arrived is stored also before the manifest says so.
        if (entry.Remote is not { } remote || await mirror.FindArrivedAsync(entry, cancellationToken) is not null) return file;

        file = file with { Mirrored = false, Url = remote.AbsoluteUri };
        if (entry.Problem is { } problem) return file with { State = Wire.FileState.Failed, Problem = $"{problem} {RemoteDownload.TryAgain}" };
        if (mode == MirrorMode.AtSource) return file with { State = Wire.FileState.AtSource };
        var (underWay, fetchedBytes) = mirror.ProgressOf(entry);
        return file with { State = underWay ? Wire.FileState.Fetching : Wire.FileState.Waiting, FetchedBytes = fetchedBytes };
    }
}
