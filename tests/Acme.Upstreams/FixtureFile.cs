using System.Security.Cryptography;
using System.Text;

namespace Acme.Upstreams;

/// <summary>One file of a fixture: on disk, or made from its size and a seed, so that weights need no room in the repository.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsLarge">Kept in large file storage, as hosts do with weights.</param>
/// <param name="Open">Its content.</param>
internal sealed record FixtureFile(string Path, long Size, bool IsLarge, Func<Stream> Open)
{
    /// <summary>Not on disk.</summary>
    public bool IsMade { get; private init; }

    /// <summary>SHA-256 of the content.</summary>
    public Lazy<string> Sha256 { get; } = new(() =>
    {
        using var content = Open();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    });

    public static FixtureFile OnDisk(string path, string file, bool isLarge) => new(path, new FileInfo(file).Length, isLarge, () => File.OpenRead(file));

    /// <param name="path">Its path.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="seed">Other seeds give other bytes.</param>
    /// <param name="shape"><c>bytes</c> at random, <c>safetensors</c> with one tensor, or <c>markdown</c>: a card that goes on and on.</param>
    /// <param name="isLarge">Kept in large file storage.</param>
    public static FixtureFile Made(string path, long size, int seed, string shape, bool isLarge) =>
        new(path, size, isLarge, () => new MadeStream(size, seed, shape switch
        {
            "safetensors" => SafetensorsHead(size),
            "markdown" => Encoding.UTF8.GetBytes("---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n# A long card\n\n## Usage\n\nRead all of this first.\n\n"),
            _ => [],
        }, isText: shape == "markdown"))
        {
            IsMade = true,
        };

    private static byte[] SafetensorsHead(long size)
    {
        const int Room = 128;
        var elements = (size - 8 - Room) / 2;
        var header = $$$"""{"encoder.weight":{"dtype":"F16","shape":[{{{elements}}}],"data_offsets":[0,{{{elements * 2}}}]}}""".PadRight(Room);
        return [.. BitConverter.GetBytes((long)Room), .. Encoding.ASCII.GetBytes(header)];
    }

    private sealed class MadeStream(long size, int seed, byte[] head, bool isText) : Stream
    {
        private const string Line = "The model was looked at from every side, and this line says so once more.\n";

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => size;
        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, size - Position);
            for (var i = 0; i < count; i++) buffer[i] = At(Position + i);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => size + offset };
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private byte At(long position)
        {
            if (position < head.Length) return head[position];
            if (isText) return (byte)Line[(int)((position - head.Length) % Line.Length)];
            // A multiplicative hash of the position: any range can be made without what comes before it.
            var mixed = ((ulong)position + (ulong)seed) * 0x9E3779B97F4A7C15;
            return (byte)(mixed >> 56);
        }
    }
}
