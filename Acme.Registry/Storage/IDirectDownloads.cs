using Acme.Registry.Artifacts;
using Acme.Registry.Download;

namespace Acme.Registry.Storage;

/// <summary>
/// What a blob store may offer beside <see cref="IBlobStore"/>: URLs by which clients fetch files and bundles from the store itself, under their
/// own names. Answers through some gateways are limited to a few megabytes, so that there everything large must leave this way.
/// </summary>
public interface IDirectDownloads
{
    /// <summary>A URL of the blob, or nothing where there is no such blob.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="fileName">The name that clients save it under.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Uri?> GetFileAsync(Sha256Digest digest, string fileName, CancellationToken cancellationToken = default);

    /// <summary>
    /// A URL of the whole bundle, which is assembled in the store the first time it is asked for. Nothing where that is not worth while, cannot be done, or
    /// takes longer than a request should: then the caller sends the bundle itself, and a later request may find it assembled.
    /// </summary>
    /// <param name="bundle">All of its files are in the store.</param>
    /// <param name="fileName">The name that clients save it under.</param>
    /// <param name="cancellationToken">Ends the call, not the assembling.</param>
    Task<Uri?> GetBundleAsync(BundleLayout bundle, string fileName, CancellationToken cancellationToken = default);
}
