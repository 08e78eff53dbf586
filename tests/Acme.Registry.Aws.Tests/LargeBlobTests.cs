using System.Diagnostics;
using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Aws.S3;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.Tests;

/// <summary>Blobs of many parts, and bundles that are assembled of them.</summary>
public sealed class LargeBlobTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task A_blob_of_many_parts_goes_in_and_out_without_being_held_in_memory()
    {
        using var blobs = Stores.OpenS3(Stores.S3((await S3Engine.GetAsync()).Address));
        const long size = 300L * MiB + 12345;
        var before = LiveBytes();
        var put = await blobs.PutAsync(new Pattern(size));
        Assert.Equal(size, put.Size);
        Assert.Equal(put, await blobs.FindAsync(put.Digest));

        var pipe = new Pipe();
        var reading = ReadAsync();
        long read = 0;
        var most = 0L;
        while (true)
        {
            var result = await pipe.Reader.ReadAsync();
            foreach (var segment in result.Buffer)
            {
                Assert.True(Pattern.IsAt(read, segment.Span), $"Other bytes at {read}.");
                read += segment.Length;
            }
            pipe.Reader.AdvanceTo(result.Buffer.End);
            most = Math.Max(most, LiveBytes());
            if (result.IsCompleted) break;
        }
        await reading;
        Assert.Equal(size, read);
        // Far less than the blob: the buffers of both directions, and what the collector has not got to yet.
        Assert.True(most - before < 200L * MiB, $"{(most - before) / MiB} MiB were held.");

        async Task ReadAsync()
        {
            await blobs.CopyToAsync(put.Digest, 0, size, pipe.Writer);
            await pipe.Writer.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_large_blob_with_another_digest_than_announced_is_refused_and_leaves_nothing()
    {
        using var blobs = Stores.OpenS3(Stores.S3((await S3Engine.GetAsync()).Address));
        await Assert.ThrowsAsync<DigestMismatchException>(() => blobs.PutAsync(new Pattern(20 * MiB), Sha256Digest.Of("another"u8)));
        await foreach (var blob in blobs.ListAsync()) Assert.Fail($"{blob} is there.");
    }

    [Fact]
    public async Task A_bundle_is_assembled_in_the_store_byte_for_byte_as_it_would_be_sent()
    {
        var options = Stores.S3((await S3Engine.GetAsync()).Address);
        using var bucket = new S3Bucket(S3Bucket.CreateClient(options, S3Engine.Credentials), options);
        using var blobs = new S3BlobStore(bucket);
        long[] sizes = [10, 0, 12 * MiB + 7, 3, 6 * MiB, 5 * MiB - 1, 9 * MiB, 1];
        List<ManifestEntry> entries = [];
        foreach (var (i, size) in sizes.Index())
        {
            var put = await blobs.PutAsync(new Pattern(size, i));
            entries.Add(new ManifestEntry($"folder/file {i}.bin", size, put.Digest, await Pattern.Crc32Async(size, i)));
        }
        var layout = BundleLayout.For(new Manifest(entries), BundlePart.All);
        Assert.Contains(BundleAssembly.Plan(layout), piece => piece.Source is not null);
        Assert.Equal(layout.Length, BundleAssembly.Plan(layout).Sum(piece => piece.Length));
        Assert.All(BundleAssembly.Plan(layout).SkipLast(1), piece => Assert.True(piece.Length >= S3Bucket.MinPartSize));

        using var direct = new S3DirectDownloads(bucket, blobs);
        var urls = await Task.WhenAll(direct.GetBundleAsync(layout, "größe.zip"), direct.GetBundleAsync(layout, "größe.zip"));
        using var http = new HttpClient();
        using var answer = await http.GetAsync(urls[1]);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("größe.zip", answer.Content.Headers.ContentDisposition?.FileNameStar);

        using var sent = new MemoryStream();
        var writer = PipeWriter.Create(sent, new StreamPipeWriterOptions(leaveOpen: true));
        await layout.CopyToAsync(blobs, 0, layout.Length, writer);
        await writer.CompleteAsync();
        Assert.Equal(Sha256Digest.Of(sent.ToArray()), Sha256Digest.Of(await answer.Content.ReadAsByteArrayAsync()));

        using var request = new HttpRequestMessage(HttpMethod.Get, await direct.GetBundleAsync(layout, "again.zip"));
        request.Headers.Range = new(layout.Length - 100, layout.Length - 1);
        using var part = await http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(sent.ToArray()[^100..], await part.Content.ReadAsByteArrayAsync());
    }

    private static long LiveBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>So many bytes that follow from their places, made while they are read.</summary>
    private sealed class Pattern(long size, int seed = 0) : Stream
    {
        private long _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public static bool IsAt(long position, ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                if (b != At(position++, 0)) return false;
            }
            return true;
        }

        public static async Task<uint> Crc32Async(long size, int seed)
        {
            var crc = new System.IO.Hashing.Crc32();
            await crc.AppendAsync(new Pattern(size, seed));
            return crc.GetCurrentHashAsUInt32();
        }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, size - _position);
            for (var i = 0; i < count; i++) buffer[i] = At(_position + i, seed);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static byte At(long position, int seed) => (byte)(position ^ (position >> 9) ^ (position >> 19) ^ (seed * 31));
    }
}
