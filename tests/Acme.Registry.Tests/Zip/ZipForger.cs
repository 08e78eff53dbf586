using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Acme.Registry.Tests.Zip;

/// <summary>Writes ZIPs by hand, true or not: every field can be set to a lie before <see cref="Build"/>.</summary>
internal sealed class ZipForger
{
    public List<ForgedEntry> Entries { get; } = [];

    public byte[] Prefix { get; set; } = [];

    public byte[] Comment { get; set; } = [];

    /// <summary>Adds ZIP64 end records and defers the plain one's fields to them.</summary>
    public bool Zip64 { get; set; }

    public ulong? Count { get; set; }

    public ulong? DirectoryOffset { get; set; }

    public ulong? DirectorySize { get; set; }

    public ushort Disk { get; set; }

    /// <summary>Count in the plain end record beside a ZIP64 one.</summary>
    public ushort PlainCount { get; set; } = 0xFFFF;

    public ulong? Zip64EndSize { get; set; }

    public ForgedEntry Add(string name, string content = "content", bool deflate = false) =>
        Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(content), deflate);

    public ForgedEntry Add(byte[] name, byte[] content, bool deflate = false)
    {
        var entry = new ForgedEntry(name, content, deflate);
        Entries.Add(entry);
        return entry;
    }

    public byte[] Build()
    {
        using var file = new MemoryStream();
        file.Write(Prefix);
        var offsets = new List<uint>();
        foreach (var entry in Entries)
        {
            offsets.Add((uint)file.Position);
            entry.WriteLocal(file);
        }
        var directory = (ulong)file.Position;
        for (var i = 0; i < Entries.Count; i++) Entries[i].WriteCentral(file, offsets[i]);
        var size = (ulong)file.Position - directory;

        var count = Count ?? (ulong)Entries.Count;
        var (directoryOffset, directorySize) = (DirectoryOffset ?? directory, DirectorySize ?? size);
        if (Zip64)
        {
            var position = (ulong)file.Position;
            Write(file, 0x06064b50u, Zip64EndSize ?? 44ul, (ushort)45, (ushort)45, 0u, 0u, count, count, directorySize, directoryOffset);
            Write(file, 0x07064b50u, 0u, position, 1u);
            Write(file, 0x06054b50u, Disk, Disk, PlainCount, PlainCount, 0xFFFFFFFFu, 0xFFFFFFFFu, (ushort)Comment.Length);
        }
        else
        {
            Write(file, 0x06054b50u, Disk, Disk, (ushort)count, (ushort)count, (uint)directorySize, (uint)directoryOffset, (ushort)Comment.Length);
        }
        file.Write(Comment);
        return file.ToArray();
    }

    /// <summary>Writes numbers one after the other, each in the width of its type.</summary>
    public static void Write(Stream file, params object[] numbers)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var number in numbers)
        {
            var width = number switch { ushort => 2, uint => 4, ulong => 8, _ => throw new ArgumentException($"{number.GetType()} has no width in a ZIP.") };
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Convert.ToUInt64(number));
            file.Write(bytes[..width]);
        }
    }

    /// <summary>An extra field.</summary>
    public static byte[] Extra(ushort id, params object[] numbers)
    {
        using var body = new MemoryStream();
        Write(body, numbers);
        using var field = new MemoryStream();
        Write(field, id, (ushort)body.Length);
        field.Write(body.ToArray());
        return field.ToArray();
    }
}

/// <summary>One entry; what is null in the local header is as in the central one.</summary>
internal sealed class ForgedEntry
{
    public ForgedEntry(byte[] name, byte[] content, bool deflate)
    {
        Name = name;
        Method = deflate ? (ushort)8 : (ushort)0;
        Data = deflate ? Deflate(content) : content;
        Crc = Crc32.HashToUInt32(content);
        Size = (uint)content.Length;
        CompressedSize = (uint)Data.Length;
    }

    public byte[] Name { get; set; }

    public byte[]? LocalName { get; set; }

    public byte[] Data { get; set; }

    public ushort Method { get; set; }

    public ushort? LocalMethod { get; set; }

    public ushort Flags { get; set; }

    public ushort? LocalFlags { get; set; }

    public uint Crc { get; set; }

    public uint? LocalCrc { get; set; }

    public uint Size { get; set; }

    public uint? LocalSize { get; set; }

    public uint CompressedSize { get; set; }

    public uint? LocalCompressedSize { get; set; }

    public uint? HeaderOffset { get; set; }

    public ushort DiskStart { get; set; }

    /// <summary>3 is Unix.</summary>
    public byte MadeBy { get; set; } = 3;

    public ushort UnixMode { get; set; }

    public byte[] Extra { get; set; } = [];

    public byte[] LocalExtra { get; set; } = [];

    /// <summary>What follows the data.</summary>
    public byte[] Descriptor { get; set; } = [];

    public static byte[] Deflate(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal)) deflate.Write(content);
        return compressed.ToArray();
    }

    /// <summary>Moves CRC and sizes behind the data, as writers to a pipe do.</summary>
    public ForgedEntry WithDescriptor(bool withSignature, bool wide)
    {
        Flags |= 1 << 3;
        (LocalCrc, LocalSize, LocalCompressedSize) = (0, 0, 0);
        using var descriptor = new MemoryStream();
        if (withSignature) ZipForger.Write(descriptor, 0x08074b50u);
        ZipForger.Write(descriptor, Crc);
        if (wide) ZipForger.Write(descriptor, (ulong)CompressedSize, (ulong)Size);
        else ZipForger.Write(descriptor, CompressedSize, Size);
        Descriptor = descriptor.ToArray();
        return this;
    }

    public void WriteLocal(Stream file)
    {
        var name = LocalName ?? Name;
        ZipForger.Write(
            file, 0x04034b50u, (ushort)20, LocalFlags ?? Flags, LocalMethod ?? Method, 0u, LocalCrc ?? Crc,
            LocalCompressedSize ?? CompressedSize, LocalSize ?? Size, (ushort)name.Length, (ushort)LocalExtra.Length);
        file.Write(name);
        file.Write(LocalExtra);
        file.Write(Data);
        file.Write(Descriptor);
    }

    public void WriteCentral(Stream file, uint offset)
    {
        ZipForger.Write(
            file, 0x02014b50u, (ushort)((MadeBy << 8) | 20), (ushort)20, Flags, Method, 0u, Crc, CompressedSize, Size, (ushort)Name.Length,
            (ushort)Extra.Length, (ushort)0, DiskStart, (ushort)0, (uint)UnixMode << 16, HeaderOffset ?? offset);
        file.Write(Name);
        file.Write(Extra);
    }
}
