using System.IO.Hashing;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Storage;

namespace Acme.Measuring.Content;

/// <summary>
/// A ZIP of generated files, written to the request as it is generated. It is laid out as the registry lays out bundles, so that what comes
/// down must be, byte for byte, what went up.
/// </summary>
internal sealed class GeneratedZip : HttpContent
{
    private readonly GeneratedBlobs _blobs;
    private readonly BundleLayout _layout;

    public GeneratedZip(params GeneratedFile[] files)
    {
        _blobs = new(files);
        _layout = BundleLayout.For(new Manifest(files.Select(f => new ManifestEntry(f.Path, f.Size, GeneratedBlobs.DigestOf(f), f.Crc32))), BundlePart.All);
    }

    /// <summary>Bytes of the ZIP.</summary>
    public long Length => _layout.Length;

    /// <summary>The hash of its bytes; generates them once.</summary>
    public async Task<UInt128> HashAsync(CancellationToken cancellationToken)
    {
        var hash = new XxHash128();
        using var stream = new HashingStream(hash);
        await WriteAsync(stream, cancellationToken);
        return hash.GetCurrentHashAsUInt128();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        WriteAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var writer = PipeWriter.Create(stream, new(leaveOpen: true));
        await _layout.CopyToAsync(_blobs, 0, Length, writer, cancellationToken: cancellationToken);
        await writer.CompleteAsync();
    }

    /// <summary>The files as the blobs of a layout. Their digests only name them.</summary>
    private sealed class GeneratedBlobs(GeneratedFile[] files) : IBlobStore
    {
        private readonly Dictionary<Sha256Digest, GeneratedFile> _files = files.ToDictionary(DigestOf);

        public static Sha256Digest DigestOf(GeneratedFile file) => Sha256Digest.Of(Encoding.UTF8.GetBytes(file.Path));

        public async Task CopyToAsync(Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
        {
            if (offset != 0 || length != _files[digest].Size) throw new NotSupportedException("A generated file is only written whole.");
            foreach (var block in _files[digest].Blocks()) await destination.WriteAsync(block, cancellationToken);
        }

        public Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
