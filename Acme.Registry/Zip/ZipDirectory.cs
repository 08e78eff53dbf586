using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>Reads the central directory through a small window, one header after the other.</summary>
internal static class ZipDirectory
{
    // The longest header: three variable parts of at most 65,535 bytes each.
    private const int LongestHeader = ZipFormat.CentralHeaderSize + (3 * ushort.MaxValue);

    /// <summary>All entries, in the order of the directory, each checked by itself against <see cref="ZipRules"/>.</summary>
    public static List<ZipEntry> Read(SafeFileHandle file, ZipEndRecord end, ZipLimits limits, CancellationToken cancellationToken)
    {
        if (end.Entries > limits.MaxEntries)
        {
            throw new ZipRefusedException(
                $"The ZIP has {end.Entries:N0} entries; at most {limits.MaxEntries:N0} are taken. Pack small files into fewer larger ones.", null);
        }
        if (end.DirectorySize > limits.MaxDirectoryBytes)
        {
            throw new ZipRefusedException(
                $"The ZIP's central directory has {end.DirectorySize:N0} bytes; at most {limits.MaxDirectoryBytes:N0} are read. Use fewer entries or shorter names.",
                null);
        }

        var entries = new List<ZipEntry>((int)end.Entries);
        var window = new byte[(int)Math.Min(2 * LongestHeader, end.DirectorySize)];
        long position = 0, total = 0;
        int start = 0, filled = 0;
        while (entries.Count < end.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filled - start < LongestHeader && position + (filled - start) < end.DirectorySize)
            {
                window.AsSpan(start, filled - start).CopyTo(window);
                filled -= start;
                start = 0;
                var more = (int)Math.Min(window.Length - filled, end.DirectorySize - position - filled);
                file.ReadExactly(end.DirectoryOffset + position + filled, window.AsSpan(filled, more));
                filled += more;
            }
            var entry = Parse(window.AsSpan(start, filled - start), limits, out var length);
            start += length;
            position += length;
            total += entry.Size;
            if (entry.Size > limits.MaxTotalBytes || total > limits.MaxTotalBytes)
            {
                throw new ZipRefusedException(
                    $"brings the uncompressed size of the ZIP above {limits.MaxTotalBytes:N0} bytes, the most that is taken. Split the artifact.",
                    entry.Name);
            }
            entries.Add(entry);
        }
        if (position != end.DirectorySize) throw Damaged();
        return entries;
    }

    private static ZipEntry Parse(ReadOnlySpan<byte> bytes, ZipLimits limits, out int length)
    {
        if (bytes.Length < ZipFormat.CentralHeaderSize) throw Damaged();
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != ZipFormat.CentralHeaderSignature) throw Damaged();
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..]);
        length = ZipFormat.CentralHeaderSize + nameLength + extraLength + commentLength;
        if (bytes.Length < length) throw Damaged();

        var rawName = bytes.Slice(ZipFormat.CentralHeaderSize, nameLength);
        var name = ZipNames.Decode(rawName, flags, limits);
        var extra = Zip64Extra.Find(bytes.Slice(ZipFormat.CentralHeaderSize + nameLength, extraLength), name);
        var size = extra.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]), Deferred(bytes, 20) + Deferred(bytes, 42));
        var compressed = extra.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]), Deferred(bytes, 42));
        var offset = extra.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(bytes[42..]), 0);
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(bytes[34..]);
        if (!extra.EndsWithDisk(0) || disk is not (0 or ZipFormat.Deferred16))
        {
            throw new ZipRefusedException("is said to be in another part of a split archive. Join it into one ZIP.", name);
        }

        var entry = new ZipEntry(
            name, nameLength, XxHash128.HashToUInt128(rawName), flags, method, crc, compressed, size, offset,
            UnixMode: BinaryPrimitives.ReadUInt16LittleEndian(bytes[40..]));
        ZipRules.Check(entry);
        return entry;
    }

    private static int Deferred(ReadOnlySpan<byte> header, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[at..]) == ZipFormat.Deferred32 ? 1 : 0;

    private static ZipRefusedException Damaged() =>
        new("The ZIP's central directory is damaged: it does not hold the headers that its end record announces. Make the ZIP again and send it again.",
            null);
}
