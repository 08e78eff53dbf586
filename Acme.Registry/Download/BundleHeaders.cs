using System.Buffers.Binary;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Zip;

namespace Acme.Registry.Download;

/// <summary>
/// The bytes of a bundle that are not file contents. ZIP64 fields appear exactly where a value does not fit its plain field. Stored entries
/// only, so that an entry's data is the file; one fixed time, because a revision has none per file and equal contents shall give equal bytes.
/// </summary>
internal static class BundleHeaders
{
    private const ushort PlainVersion = 20;
    private const ushort Zip64Version = 45;
    private const ushort MadeByUnix = 3 << 8;
    private const uint RegularFileMode = 0x81A4; // S_IFREG and rw-r--r--
    private const uint FirstDosTime = (1 << 21) | (1 << 16); // 1980-01-01 00:00, the earliest there is: month in bits 21 to 24, day in 16 to 20
    private const int ExtraHeader = 4;

    public static int LocalLength(ManifestEntry file, int nameBytes) =>
        ZipFormat.LocalHeaderSize + nameBytes + (IsLarge(file.Size) ? ExtraHeader + 16 : 0);

    public static int CentralLength(ManifestEntry file, int nameBytes, long offset) =>
        ZipFormat.CentralHeaderSize + nameBytes + CentralExtraLength(file, offset);

    public static int EndLength(long count, long directoryOffset, long directorySize) =>
        ZipFormat.EndSize + (EndIsLarge(count, directoryOffset, directorySize) ? ZipFormat.Zip64EndSize + ZipFormat.Zip64LocatorSize : 0);

    public static void WriteLocal(Span<byte> header, ManifestEntry file, uint crc32)
    {
        var large = IsLarge(file.Size);
        var fields = new Fields(header);
        fields.U32(ZipFormat.LocalHeaderSignature);
        WriteCommon(ref fields, file, crc32, large ? Zip64Version : PlainVersion, large ? ExtraHeader + 16 : 0);
        fields.Text(file.Path);
        if (!large) return;
        fields.U16(ZipFormat.Zip64ExtraId);
        fields.U16(16);
        fields.U64(file.Size);
        fields.U64(file.Size);
    }

    public static void WriteCentral(Span<byte> header, ManifestEntry file, uint crc32, long offset)
    {
        var extra = CentralExtraLength(file, offset);
        var version = extra > 0 ? Zip64Version : PlainVersion;
        var fields = new Fields(header);
        fields.U32(ZipFormat.CentralHeaderSignature);
        fields.U16((ushort)(MadeByUnix | version));
        WriteCommon(ref fields, file, crc32, version, extra);
        fields.U16(0); // comment
        fields.U16(0); // disk
        fields.U16(0); // internal attributes
        fields.U32(RegularFileMode << 16);
        fields.U32(Plain32(offset));
        fields.Text(file.Path);
        if (extra == 0) return;
        fields.U16(ZipFormat.Zip64ExtraId);
        fields.U16((ushort)(extra - ExtraHeader));
        if (IsLarge(file.Size))
        {
            fields.U64(file.Size);
            fields.U64(file.Size);
        }
        if (IsLarge(offset)) fields.U64(offset);
    }

    public static void WriteEnd(Span<byte> records, long count, long directoryOffset, long directorySize)
    {
        var fields = new Fields(records);
        if (EndIsLarge(count, directoryOffset, directorySize))
        {
            fields.U32(ZipFormat.Zip64EndSignature);
            fields.U64(ZipFormat.Zip64EndSize - 12);
            fields.U16(MadeByUnix | Zip64Version);
            fields.U16(Zip64Version);
            fields.U32(0); // this disk
            fields.U32(0); // the directory's disk
            fields.U64(count);
            fields.U64(count);
            fields.U64(directorySize);
            fields.U64(directoryOffset);

            fields.U32(ZipFormat.Zip64LocatorSignature);
            fields.U32(0); // disk of the record above
            fields.U64(directoryOffset + directorySize);
            fields.U32(1); // disks
        }
        var plainCount = (ushort)Math.Min(count, ZipFormat.Deferred16);
        fields.U32(ZipFormat.EndSignature);
        fields.U16(0); // this disk
        fields.U16(0); // the directory's disk
        fields.U16(plainCount);
        fields.U16(plainCount);
        fields.U32(Plain32(directorySize));
        fields.U32(Plain32(directoryOffset));
        fields.U16(0); // comment
    }

    /// <summary>What both headers of an entry have in common, from the version needed to the length of the extra fields.</summary>
    private static void WriteCommon(ref Fields fields, ManifestEntry file, uint crc32, ushort version, int extraLength)
    {
        fields.U16(version);
        fields.U16(ZipFormat.FlagUtf8);
        fields.U16(ZipFormat.MethodStored);
        fields.U32(FirstDosTime);
        fields.U32(crc32);
        fields.U32(Plain32(file.Size));
        fields.U32(Plain32(file.Size));
        fields.U16((ushort)Encoding.UTF8.GetByteCount(file.Path));
        fields.U16((ushort)extraLength);
    }

    private static int CentralExtraLength(ManifestEntry file, long offset)
    {
        var values = (IsLarge(file.Size) ? 16 : 0) + (IsLarge(offset) ? 8 : 0);
        return values == 0 ? 0 : ExtraHeader + values;
    }

    private static bool IsLarge(long value) => value >= ZipFormat.Deferred32;

    private static bool EndIsLarge(long count, long directoryOffset, long directorySize) =>
        count >= ZipFormat.Deferred16 || IsLarge(directoryOffset) || IsLarge(directorySize);

    private static uint Plain32(long value) => (uint)Math.Min(value, ZipFormat.Deferred32);

    /// <summary>Writes one field after the other.</summary>
    private ref struct Fields(Span<byte> left)
    {
        private Span<byte> _left = left;

        public void U16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_left, value);
            _left = _left[2..];
        }

        public void U32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_left, value);
            _left = _left[4..];
        }

        public void U64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_left, value);
            _left = _left[8..];
        }

        public void Text(string value) => _left = _left[Encoding.UTF8.GetBytes(value, _left)..];
    }
}
