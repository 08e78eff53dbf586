using System.IO.Pipelines;
using Acme.Registry.Download;
using Acme.Registry.Storage;

namespace Acme.Registry.Tests.Download;

internal static class BundleReading
{
    public static Task<byte[]> ReadAllAsync(this BundleLayout layout, IBlobStore blobs) => layout.ReadAsync(blobs, 0, layout.Length);

    public static async Task<byte[]> ReadAsync(this BundleLayout layout, IBlobStore blobs, long offset, long length)
    {
        using var bytes = new MemoryStream();
        var writer = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
        await layout.CopyToAsync(blobs, offset, length, writer);
        await writer.CompleteAsync();
        return bytes.ToArray();
    }
}
