using System.Buffers;
using System.IO.Pipelines;
using Acme.Registry.Download;
using Acme.Registry.Storage;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Assembles a bundle out of blobs that are in the bucket. Large files are copied on the service's side; headers and small files are sent in
/// between. Every part but the last must have 5 MiB: what is sent is filled up with the beginning of the file that follows.
/// </summary>
internal sealed class BundleAssembly(S3Bucket bucket, IBlobStore blobs)
{
    private const int MaxParts = 10_000;
    private const int PartsAtOnce = 4;
    private const long CopyPartSize = 512L * 1024 * 1024;

    /// <summary>Assembles the bundle; false when it has too many parts.</summary>
    public async Task<bool> RunAsync(string key, BundleLayout bundle, CancellationToken cancellationToken)
    {
        var plan = Plan(bundle);
        if (plan.Count > MaxParts) return false;
        var uploadId = await bucket.BeginPartsAsync(key, "application/zip", cancellationToken);
        try
        {
            var parts = new PartETag[plan.Count];
            await Parallel.ForEachAsync(plan.Index(), new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken }, async (part, ct) =>
                parts[part.Index] = part.Item.Source is { } source
                    ? await bucket.CopyPartAsync(S3BlobStore.KeyIn(bucket, source.Digest), null, source.Offset, part.Item.Length, key, uploadId, part.Index + 1, ct)
                    : await SendAsync(bundle, part.Item, key, uploadId, part.Index + 1, ct));
            await bucket.CompleteAsync(key, uploadId, parts, cancellationToken);
            return true;
        }
        catch
        {
            await bucket.AbortAsync(key, uploadId);
            throw;
        }
    }

    /// <summary>The parts, in order: those with a source are copied, the others sent.</summary>
    internal static List<BundlePiece> Plan(BundleLayout bundle)
    {
        List<BundlePiece> plan = [];
        for (long position = 0; position < bundle.Length && plan.Count <= MaxParts; position += plan[^1].Length)
        {
            if (bundle.ContentAt(position) is { } content && content.Length >= S3Bucket.MinPartSize)
                plan.Add(new(position, Math.Min(content.Length, CopyPartSize), content));
            else
                plan.Add(new(position, Math.Min(S3Bucket.MinPartSize, bundle.Length - position), null));
        }
        return plan;
    }

    private async Task<PartETag> SendAsync(BundleLayout bundle, BundlePiece piece, string key, string uploadId, int number, CancellationToken cancellationToken)
    {
        var length = (int)piece.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            using var bytes = new MemoryStream(buffer, 0, length);
            var writer = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
            await bundle.CopyToAsync(blobs, piece.Offset, length, writer, cancellationToken: cancellationToken);
            await writer.CompleteAsync();
            bytes.Position = 0;
            return await bucket.UploadPartAsync(key, uploadId, number, bytes, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>A part of an assembled bundle.</summary>
/// <param name="Offset">Where it begins in the bundle.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Source">Whence it is copied; nothing where it is sent.</param>
internal sealed record BundlePiece(long Offset, long Length, BundleContent? Source);
