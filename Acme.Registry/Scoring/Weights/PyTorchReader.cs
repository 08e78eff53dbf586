using System.Buffers.Binary;
using System.Text;

namespace Acme.Registry.Scoring.Weights;

/// <summary>
/// Reads the central directory of a PyTorch checkpoint, which is a ZIP whose entries <c>*/data/*</c> are the storages. The pickle
/// inside is never opened: it is a program. Older checkpoints are a bare pickle, of which only the size is known. ZIP format:
/// PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16.
/// </summary>
public static class PyTorchReader
{
    private const int MaxDirectory = 16 << 20;
    private const int TailSize = 22 + 65535;
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50, EntrySignature = 0x02014b50;

    /// <summary>Reads and checks the directory.</summary>
    /// <exception cref="MalformedWeightsException">The directory contradicts the format or the file's size.</exception>
    public static async Task<WeightHeader> ReadAsync(ReadableFile file, CancellationToken cancellationToken)
    {
        var magic = await file.ReadHeadAsync(4, cancellationToken);
        if (magic is [0x80, 2 or 3 or 4 or 5, ..]) return WeightHeader.OfSize(file.Size);
        if (magic is not [(byte)'P', (byte)'K', ..]) throw new MalformedWeightsException("the file is neither a ZIP nor a pickle");

        var (offset, length) = await FindDirectoryAsync(file, cancellationToken);
        if (length > MaxDirectory) throw new MalformedWeightsException($"the ZIP directory has {length} bytes; at most {MaxDirectory} are read");
        if (offset > (ulong)file.Size || length > (ulong)file.Size - offset) throw new MalformedWeightsException("the ZIP directory lies outside the file");
        return Sum(await file.ReadAsync((long)offset, (int)length, cancellationToken), file.Size);
    }

    private static async Task<(ulong Offset, ulong Length)> FindDirectoryAsync(ReadableFile file, CancellationToken cancellationToken)
    {
        var tailLength = (int)Math.Min(TailSize, file.Size);
        var tail = await file.ReadAsync(file.Size - tailLength, tailLength, cancellationToken);
        for (var at = tail.Length - 22; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) != EndSignature) continue;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
            if (length != uint.MaxValue && offset != uint.MaxValue) return (offset, length);

            if (at < 20 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at - 20)) != Locator64Signature) break;
            var end64 = BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(at - 12));
            if (file.Size < 56 || end64 > (ulong)(file.Size - 56)) break;
            var record = await file.ReadAsync((long)end64, 56, cancellationToken);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != End64Signature) break;
            return (BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(48)), BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(40)));
        }
        throw new MalformedWeightsException("the file begins as a ZIP but has no directory at its end; it may be truncated");
    }

    private static WeightHeader Sum(ReadOnlySpan<byte> directory, long fileSize)
    {
        ulong bytes = 0, stored = 0;
        var storages = 0;
        while (directory.Length > 0)
        {
            if (directory.Length < 46 || BinaryPrimitives.ReadUInt32LittleEndian(directory) != EntrySignature) throw new MalformedWeightsException("the ZIP directory is damaged");
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            var entryLength = 46 + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (entryLength > directory.Length) throw new MalformedWeightsException("the ZIP directory is damaged");
            if (IsStorage(Encoding.UTF8.GetString(directory.Slice(46, nameLength))))
            {
                var (size, packed) = Sizes(directory, directory.Slice(46 + nameLength, extraLength));
                storages++;
                stored = Add(stored, packed);
                bytes = Add(bytes, size);
            }
            directory = directory[entryLength..];
        }
        // PyTorch stores tensors uncompressed, so that they can be mapped; entries that claim more than the file has are a lie.
        if (stored > (ulong)fileSize || bytes > (ulong)fileSize) throw new MalformedWeightsException($"the storages claim {bytes} bytes, more than the file has");
        return new((long)bytes, storages, null, [], null);
    }

    private static bool IsStorage(string name)
    {
        var last = name.LastIndexOf('/');
        return last > 0 && last < name.Length - 1 && (name[..last].EndsWith("/data", StringComparison.Ordinal) || name[..last] == "data");
    }

    private static (ulong Size, ulong Packed) Sizes(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        ulong packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]), size = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        while ((packed == uint.MaxValue || size == uint.MaxValue) && extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                var values = extra.Slice(4, length);
                if (size == uint.MaxValue && values.Length >= 8)
                {
                    size = BinaryPrimitives.ReadUInt64LittleEndian(values);
                    values = values[8..];
                }
                if (packed == uint.MaxValue && values.Length >= 8) packed = BinaryPrimitives.ReadUInt64LittleEndian(values);
                break;
            }
            extra = extra[(4 + length)..];
        }
        return (size, packed);
    }

    private static ulong Add(ulong a, ulong b) => ulong.MaxValue - a < b ? throw new MalformedWeightsException("the storages claim more bytes than can be counted") : a + b;
}
