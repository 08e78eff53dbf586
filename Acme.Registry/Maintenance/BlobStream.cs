using System.IO.Pipelines;
using Acme.Registry.Storage;

namespace Acme.Registry.Maintenance;

/// <summary>Reads whole blobs through a pipe, a piece at a time.</summary>
internal static class BlobStream
{
    /// <summary>Gives the blob's content to <paramref name="consume"/>, which may stop early. What reading throws, the consumer meets.</summary>
    public static async Task<T> ReadAsync<T>(IBlobStore blobs, BlobInfo blob, Func<PipeReader, Task<T>> consume, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var copying = CopyAsync();
        try
        {
            return await consume(pipe.Reader);
        }
        finally
        {
            // Ends the copying, if the consumer stopped early; where the copying failed, the consumer has been told.
            await pipe.Reader.CompleteAsync();
            await copying;
        }

        async Task CopyAsync()
        {
            Exception? failure = null;
            try
            {
                await blobs.CopyToAsync(blob.Digest, 0, blob.Size, pipe.Writer, cancellationToken);
            }
            catch (Exception e)
            {
                failure = e;
            }
            await pipe.Writer.CompleteAsync(failure);
        }
    }
}
