using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>Where the central directory is and how much it holds, from the end of the file.</summary>
/// <param name="Entries">Number of central headers.</param>
/// <param name="DirectoryOffset">Where they begin.</param>
/// <param name="DirectorySize">Their bytes; they end where the end records begin.</param>
internal sealed record ZipEndRecord(long Entries, long DirectoryOffset, long DirectorySize)
{
    private const string Damaged = "Make the ZIP again and send it again.";

    /// <summary>Finds the end record and, where there is one, its ZIP64 form.</summary>
    public static ZipEndRecord Read(SafeFileHandle file, long fileLength)
    {
        var (position, end) = Find(file, fileLength);

        var disk = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(4));
        var directoryDisk = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(6));
        var entriesHere = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(8));
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12));
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));

        var large = ReadZip64(file, position);
        if (large is null)
        {
            if (disk != 0 || directoryDisk != 0 || entriesHere != entries) throw MultiDisk();
            return Checked(new(entries, offset, size), position);
        }

        var record = large.Value.Record;
        var consistent = disk is 0 or ZipFormat.Deferred16
            && directoryDisk is 0 or ZipFormat.Deferred16
            && (entriesHere == ZipFormat.Deferred16 || entriesHere == record.Entries)
            && (entries == ZipFormat.Deferred16 || entries == record.Entries)
            && (size == ZipFormat.Deferred32 || size == record.DirectorySize)
            && (offset == ZipFormat.Deferred32 || offset == record.DirectoryOffset);
        if (!consistent)
        {
            throw new ZipRefusedException($"The ZIP contradicts itself: its end record and its ZIP64 end record differ. {Damaged}", null);
        }
        return Checked(record, large.Value.Position);
    }

    /// <summary>The end record is the one whose comment reaches exactly to the end of the file.</summary>
    private static (long Position, byte[] Record) Find(SafeFileHandle file, long fileLength)
    {
        var tail = new byte[(int)Math.Min(fileLength, ZipFormat.EndSize + ushort.MaxValue)];
        file.ReadExactly(fileLength - tail.Length, tail);

        var found = -1;
        for (var i = tail.Length - ZipFormat.EndSize; i >= 0; i--)
        {
            var candidate = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(candidate) != ZipFormat.EndSignature) continue;
            if (i + ZipFormat.EndSize + BinaryPrimitives.ReadUInt16LittleEndian(candidate[20..]) != tail.Length) continue;

            // Two readers could each believe another one and see different contents.
            if (found >= 0)
            {
                throw new ZipRefusedException($"The ZIP has two end records, so that it could be read in two ways. {Damaged}", null);
            }
            found = i;
        }
        if (found >= 0) return (fileLength - tail.Length + found, tail[found..(found + ZipFormat.EndSize)]);

        Span<byte> start = stackalloc byte[4];
        var beginsAsZip = file.ReadUpTo(0, start) == 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == ZipFormat.LocalHeaderSignature;
        throw new ZipRefusedException(
            beginsAsZip
                ? "The ZIP is cut short, or something was added behind it: its end record is missing. Send the whole file again."
                : "This is not a ZIP file. Pack the files into a ZIP and send that.",
            null);
    }

    private static (long Position, ZipEndRecord Record)? ReadZip64(SafeFileHandle file, long endPosition)
    {
        var locatorPosition = endPosition - ZipFormat.Zip64LocatorSize;
        if (locatorPosition < 0) return null;
        Span<byte> locator = stackalloc byte[ZipFormat.Zip64LocatorSize];
        file.ReadExactly(locatorPosition, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != ZipFormat.Zip64LocatorSignature) return null;

        var position = locatorPosition - ZipFormat.Zip64EndSize;
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]) != 0) throw MultiDisk();
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]) > 1) throw MultiDisk();

        // A longer record is version 2, which exists for encrypted directories only; it does not end where the locator begins.
        Span<byte> end = stackalloc byte[ZipFormat.Zip64EndSize];
        if (position >= 0) file.ReadExactly(position, end);
        if (position < 0
            || BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]) != (ulong)position
            || BinaryPrimitives.ReadUInt32LittleEndian(end) != ZipFormat.Zip64EndSignature
            || BinaryPrimitives.ReadUInt64LittleEndian(end[4..]) != ZipFormat.Zip64EndSize - 12)
        {
            throw new ZipRefusedException(
                "The ZIP's ZIP64 end record is not where it should be, or belongs to an encrypted archive. Make a plain ZIP without encryption.",
                null);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(end[16..]) != 0) throw MultiDisk();
        if (BinaryPrimitives.ReadUInt32LittleEndian(end[20..]) != 0) throw MultiDisk();

        var entries = BinaryPrimitives.ReadUInt64LittleEndian(end[32..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(end[24..]) != entries) throw MultiDisk();
        var size = BinaryPrimitives.ReadUInt64LittleEndian(end[40..]);
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(end[48..]);
        if (entries > long.MaxValue || size > (ulong)position || offset > (ulong)position) throw Misplaced();
        return (position, new((long)entries, (long)offset, (long)size));
    }

    /// <summary>
    /// Nothing may stand between the central directory and the end records, or before the archive: offsets count from the file's start.
    /// </summary>
    private static ZipEndRecord Checked(ZipEndRecord record, long endsAt)
    {
        if (record.DirectoryOffset + record.DirectorySize != endsAt) throw Misplaced();
        if (record.Entries == 0) throw ZipRules.HoldsNoFiles();
        return record;
    }

    private static ZipRefusedException Misplaced() => new(
        "The ZIP's central directory is not where its end record says (a self-extracting archive, or a damaged one). Make a plain ZIP and send that.",
        null);

    private static ZipRefusedException MultiDisk() =>
        new("The ZIP is one part of an archive split over several files. Join it into one ZIP.", null);
}
