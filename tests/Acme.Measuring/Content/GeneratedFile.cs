using System.IO.Hashing;
using System.Text;

namespace Acme.Measuring.Content;

/// <summary>
/// A file that is computed anew whenever it is read: a prefix, then random blocks of which each carries its number, so that no two are
/// equal and none compresses, at the cost of a memory copy.
/// </summary>
internal sealed class GeneratedFile
{
    private const int BlockSize = 1 << 20;

    private readonly byte[] _prefix;
    private readonly byte[] _pattern = new byte[BlockSize];

    private GeneratedFile(string path, byte[] prefix, long size, int seed)
    {
        (Path, _prefix, Size) = (path, prefix, size);
        new Random(seed).NextBytes(_pattern);
        var crc = new Crc32();
        foreach (var block in Blocks()) crc.Append(block.Span);
        Crc32 = crc.GetCurrentHashAsUInt32();
    }

    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    public uint Crc32 { get; }

    /// <summary>A text, as it stands.</summary>
    public static GeneratedFile Text(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new(path, bytes, bytes.Length, 0);
    }

    /// <summary>Weights in the safetensors format: header length (8 bytes), JSON header, one tensor of random bytes.</summary>
    public static GeneratedFile Weights(string path, long tensorBytes, int seed)
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"weight":{"dtype":"U8","shape":[{{{tensorBytes}}}],"data_offsets":[0,{{{tensorBytes}}}]}}""");
        byte[] prefix = [.. BitConverter.GetBytes((long)header.Length), .. header];
        return new(path, prefix, prefix.Length + tensorBytes, seed);
    }

    /// <summary>The content from the beginning. A block is good until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        yield return _prefix;
        var block = _pattern.ToArray();
        long number = 0;
        for (var left = Size - _prefix.Length; left > 0; left -= BlockSize)
        {
            BitConverter.TryWriteBytes(block, number++);
            yield return block.AsMemory(0, (int)Math.Min(BlockSize, left));
        }
    }
}
