using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Artifacts;
using Acme.Registry.Mirroring;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Api.Download;

/// <summary>Starts downloads of content that is not in the registry yet.</summary>
internal sealed class RemoteDownload(Mirror mirror, MirrorQueue queue, IBlobStore blobs, IOptions<MirrorOptions> options)
{
    public const string TryAgain = "To have it fetched again, PUT the artifact from its URL once more.";

    /// <summary>Whether the revision's remote files stay at their source.</summary>
    public bool IsPointer(Manifest manifest) => options.Value.ModeOf(manifest) == MirrorMode.AtSource;

    /// <summary>Whether the content is here although the manifest does not say so yet.</summary>
    public async Task<bool> HasArrivedAsync(ManifestEntry file, CancellationToken cancellationToken) =>
        await blobs.FindAsync(file.Digest, cancellationToken) is { } blob && blob.Size == file.Size;

    /// <summary>Refuses a file whose source did not give what it had announced.</summary>
    public static void ThrowIfFailed(ManifestEntry file)
    {
        if (file.Problem is { } problem) throw new ProblemException(424, "File not available", $"The file '{file.Path}' is not here. {problem} {TryAgain}");
    }

    /// <summary>
    /// Orders the content (all of the revision's, or only the file's) and returns a share in the file's fetch once the source has begun to send.
    /// </summary>
    /// <exception cref="ProblemException">The source does not give it.</exception>
    public async Task<MirrorShare> BeginAsync(HttpContext context, Artifact artifact, ManifestEntry file, bool all)
    {
        ThrowIfFailed(file);
        var user = Caller.Of(context).User;
        await queue.DemandAsync(
            new() { Artifact = artifact.Id, Revision = artifact.Head.Id, Epoch = artifact.Epoch, Only = all ? null : file.Digest, UserName = user.Name, IsAdmin = user.IsAdmin },
            context.RequestAborted);
        var share = await mirror.JoinAsync(file, context.RequestAborted);
        try
        {
            await share.Fetch.BegunAsync(context.RequestAborted);
            return share;
        }
        catch (Exception e)
        {
            await share.DisposeAsync();
            throw e is SourceException source ? ToProblem(source, file) : e;
        }
    }

    /// <summary>Returns when the content is in the blob store; its CRC-32. Gives a share in its fetch back then: it may hold gigabytes of disk.</summary>
    public async Task<uint> ArriveAsync(ManifestEntry file, MirrorShare? share, CancellationToken cancellationToken)
    {
        var crc32 = await mirror.ArriveAsync(file, cancellationToken);
        if (share is not null && share.Fetch.File.Digest == file.Digest) await share.DisposeAsync();
        return crc32;
    }

    /// <summary>
    /// Copies, after the headers have gone out, because the first byte may be long in coming. A failure ends the connection: a client must
    /// not take what it has for everything.
    /// </summary>
    public static async Task CopyAsync(HttpContext context, ILogger logger, Func<Task> copyAsync)
    {
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            await copyAsync();
        }
        catch (Exception e) when (e is SourceException or StorageFullException or StorageUnavailableException or IOException or BlobNotFoundException)
        {
            logger.LogWarning(e, "A download through the mirror was cut off");
            context.Abort();
        }
    }

    private static ProblemException ToProblem(SourceException e, ManifestEntry file) => e.IsTransient
        ? new(502, "Source not reachable", $"The file '{file.Path}' is not here yet, and its source does not give it at the moment. {e.Message} Try again later.")
        : new(424, "File not available", $"The file '{file.Path}' is not here. {e.Message} {TryAgain}");
}
