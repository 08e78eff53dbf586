using System.IO.Pipelines;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>
/// Content-addressed, immutable bytes. Every method may be called concurrently with every other, for the same digest too.
/// Nothing in it holds a whole blob in memory. Every method throws <see cref="StorageUnavailableException"/> when the engine stays away.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Stores what the stream yields from its position to its end and returns its digest and size in bytes.
    /// Atomic and durable: once it returns, a crash of process or machine loses nothing; until then no reader sees anything
    /// under the digest. Putting bytes that are here already renews their <see cref="BlobInfo.PutAt"/> and mends a damaged copy.
    /// </summary>
    /// <param name="content">Read once; not disposed of.</param>
    /// <param name="expected">If given, the digest the content must have.</param>
    /// <param name="cancellationToken">Cancelling leaves nothing behind.</param>
    /// <exception cref="DigestMismatchException">The content does not have the expected digest; nothing was stored.</exception>
    /// <exception cref="StorageFullException">No room; nothing was stored.</exception>
    Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default);

    /// <summary>Size and time of a blob, or nothing where there is none.</summary>
    Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes <paramref name="length"/> bytes from <paramref name="offset"/> on to the writer, flushing as it goes and waiting where
    /// the reader is slow. A read that has begun finishes with the blob's bytes even when the blob is deleted meanwhile.
    /// Ends early, without error, when the writer's reader has gone.
    /// </summary>
    /// <exception cref="BlobNotFoundException">There is no such blob; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the blob; nothing was written.</exception>
    Task CopyToAsync(Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default);

    /// <summary>
    /// A URL from which the blob can be fetched without the registry for the time given, or nothing where the driver cannot offer
    /// one (or the blob does not exist).
    /// </summary>
    ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default);

    /// <summary>Every blob, in no particular order. One put or deleted during the listing may or may not be in it.</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the blob unless it was put at or after <paramref name="unlessPutSince"/>; true when it was there and is gone. Atomic
    /// with regard to <see cref="PutAsync"/>: a put that has returned since that time is never undone.
    /// </summary>
    Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default);
}

/// <summary>A stored blob.</summary>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="Size">Bytes.</param>
/// <param name="PutAt">When it was last put (UTC).</param>
public sealed record BlobInfo(Sha256Digest Digest, long Size, DateTimeOffset PutAt);
