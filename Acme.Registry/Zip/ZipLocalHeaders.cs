using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>
/// Holds what stands before (and, with a data descriptor, behind) each entry's data against the central directory, and the ranges against
/// each other. Readers differ in which of the two they believe; an archive on which they could disagree is refused.
/// </summary>
internal static class ZipLocalHeaders
{
    // Bits that change how the data is read.
    private const ushort ReadingFlags =
        ZipFormat.FlagEncrypted | ZipFormat.FlagStrongEncryption | ZipFormat.FlagMaskedHeaders | ZipFormat.FlagDescriptor;

    /// <summary>Checks all entries in the order of the file and notes where their data begins.</summary>
    public static void Check(SafeFileHandle file, IReadOnlyCollection<ZipEntry> entries, ZipEndRecord end, CancellationToken cancellationToken)
    {
        var ordered = entries.ToArray();
        Array.Sort(ordered, (a, b) => a.HeaderOffset.CompareTo(b.HeaderOffset));
        if (ordered[0].HeaderOffset != 0)
        {
            throw new ZipRefusedException(
                "The ZIP has something before its first entry (a self-extracting archive?). Make a plain ZIP and send that.", null);
        }

        var buffer = new byte[ZipFormat.LocalHeaderSize + ushort.MaxValue + ushort.MaxValue];
        long free = 0;
        foreach (var entry in ordered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.HeaderOffset < free)
            {
                throw new ZipRefusedException(
                    "shares bytes of the ZIP with another entry, as in a decompression bomb. Make the ZIP again.", entry.Name);
            }
            entry.DataOffset = CheckHeader(file, entry, end.DirectoryOffset, buffer);
            if (entry.CompressedSize > end.DirectoryOffset - entry.DataOffset)
            {
                throw new ZipRefusedException("runs into the ZIP's central directory: its size is wrong. Make the ZIP again.", entry.Name);
            }
            free = entry.DataOffset + entry.CompressedSize;
            if (entry.HasDescriptor) free += CheckDescriptor(file, entry, free, end.DirectoryOffset);
        }
    }

    /// <returns>Where the data begins.</returns>
    private static long CheckHeader(SafeFileHandle file, ZipEntry entry, long limit, byte[] buffer)
    {
        // Most extra fields are short: one read gets them together with the header.
        const int guess = 64;
        if (entry.HeaderOffset > limit - ZipFormat.LocalHeaderSize - entry.NameBytes) throw Missing(entry);
        var read = file.ReadUpTo(entry.HeaderOffset, buffer.AsSpan(0, ZipFormat.LocalHeaderSize + entry.NameBytes + guess));
        var header = buffer.AsSpan(0, ZipFormat.LocalHeaderSize);
        if (read < header.Length || BinaryPrimitives.ReadUInt32LittleEndian(header) != ZipFormat.LocalHeaderSignature) throw Missing(entry);

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var name = buffer.AsSpan(header.Length, entry.NameBytes);
        if (nameLength != entry.NameBytes || XxHash128.HashToUInt128(name) != entry.NameHash)
        {
            throw new ZipRefusedException(
                "has another name in its own header than in the ZIP's directory. Make the ZIP again.", entry.Name);
        }
        var dataOffset = entry.HeaderOffset + header.Length + nameLength + extraLength;
        if (dataOffset > limit) throw Missing(entry);
        var length = header.Length + nameLength + extraLength;
        if (length > read) file.ReadExactly(entry.HeaderOffset + read, buffer.AsSpan(read, length - read));

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var utf8Differs = ((flags ^ entry.Flags) & ZipFormat.FlagUtf8) != 0 && !Ascii.IsValid(name);
        if (((flags ^ entry.Flags) & ReadingFlags) != 0
            || utf8Differs
            || BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != entry.Method)
        {
            throw Differs(entry);
        }

        var extra = Zip64Extra.Find(buffer.AsSpan(header.Length + nameLength, extraLength), entry.Name);
        var compressedField = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        var size = extra.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(header[22..]), compressedField == ZipFormat.Deferred32 ? 1 : 0);
        var compressed = extra.Resolve(compressedField, 0);
        if (!extra.EndsWithDisk(0)) throw Differs(entry);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);

        // With a descriptor, what was not known yet stands as zero.
        var later = entry.HasDescriptor;
        if ((crc != entry.Crc32 && !(later && crc == 0))
            || (size != entry.Size && !(later && size == 0))
            || (compressed != entry.CompressedSize && !(later && compressed == 0)))
        {
            throw Differs(entry);
        }
        return dataOffset;
    }

    /// <returns>Bytes of the descriptor: CRC and sizes of 32 or 64 bits, with or without a signature before them.</returns>
    private static int CheckDescriptor(SafeFileHandle file, ZipEntry entry, long offset, long limit)
    {
        Span<byte> buffer = stackalloc byte[24];
        var available = buffer[..file.ReadUpTo(offset, buffer[..(int)Math.Min(buffer.Length, limit - offset)])];
        foreach (var signed in (ReadOnlySpan<bool>)[true, false])
        {
            var fields = available;
            if (signed)
            {
                if (fields.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(fields) != ZipFormat.DescriptorSignature) continue;
                fields = fields[4..];
            }
            if (fields.Length < 12 || BinaryPrimitives.ReadUInt32LittleEndian(fields) != entry.Crc32) continue;
            var before = signed ? 4 : 0;
            if (BinaryPrimitives.ReadUInt32LittleEndian(fields[4..]) == entry.CompressedSize
                && BinaryPrimitives.ReadUInt32LittleEndian(fields[8..]) == entry.Size)
            {
                return before + 12;
            }
            if (fields.Length >= 20
                && BinaryPrimitives.ReadUInt64LittleEndian(fields[4..]) == (ulong)entry.CompressedSize
                && BinaryPrimitives.ReadUInt64LittleEndian(fields[12..]) == (ulong)entry.Size)
            {
                return before + 20;
            }
        }
        throw new ZipRefusedException(
            "is followed by a data descriptor that is missing or contradicts the ZIP's directory. Make the ZIP again.", entry.Name);
    }

    private static ZipRefusedException Missing(ZipEntry entry) =>
        new("is not where the ZIP's directory says. Make the ZIP again and send it again.", entry.Name);

    private static ZipRefusedException Differs(ZipEntry entry) =>
        new("is described differently in its own header and in the ZIP's directory. Make the ZIP again.", entry.Name);
}
