using System.IO.Pipelines;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Maintenance;

/// <summary>
/// Reads every blob and compares it with its digest. A damaged one is mended by putting its bytes again, from the source or a backup.
/// </summary>
public sealed class Scrubber(IBlobStore blobs, ILogger<Scrubber> logger)
{
    /// <summary>Runs once over what is there.</summary>
    public async Task<ScrubReport> ScrubAsync(CancellationToken cancellationToken = default)
    {
        long checkedBlobs = 0, checkedBytes = 0;
        List<Sha256Digest> damaged = [];
        await foreach (var blob in blobs.ListAsync(cancellationToken))
        {
            try
            {
                var actual = await BlobStream.ReadAsync(blobs, blob, content => HashAsync(content, cancellationToken), cancellationToken);
                if (actual != blob.Digest)
                {
                    damaged.Add(blob.Digest);
                    logger.LogError("Blob {Digest} is damaged: its content is {Actual}", blob.Digest, actual);
                }
            }
            catch (BlobNotFoundException)
            {
                // Deleted since it was listed.
                continue;
            }
            catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
            {
                // Unreadable, or shorter than it was when it was listed.
                damaged.Add(blob.Digest);
                logger.LogError(e, "Blob {Digest} cannot be read", blob.Digest);
            }
            checkedBlobs++;
            checkedBytes += blob.Size;
        }
        logger.LogInformation("Scrub read {Blobs} blobs, {Bytes} bytes; {Damaged} are damaged", checkedBlobs, checkedBytes, damaged.Count);
        return new(checkedBlobs, checkedBytes, damaged);
    }

    private static async Task<Sha256Digest> HashAsync(PipeReader content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            var read = await content.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer) hash.AppendData(segment.Span);
            content.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return Sha256Digest.FromBytes(hash.GetHashAndReset());
        }
    }
}

/// <summary>What a scrub came to.</summary>
/// <param name="Blobs">How many were read.</param>
/// <param name="Bytes">Sum of their sizes.</param>
/// <param name="Damaged">Those whose content is not what their digest says, or cannot be read.</param>
public sealed record ScrubReport(long Blobs, long Bytes, IReadOnlyList<Sha256Digest> Damaged);
