namespace Acme.Registry.Zip;

/// <summary>One entry as the central directory describes it.</summary>
/// <param name="Name">Decoded, with <c>/</c> between segments.</param>
/// <param name="NameBytes">Length of the name in the archive.</param>
/// <param name="NameHash">Hash of the name's bytes, to hold the local header's name against without keeping the bytes.</param>
/// <param name="Flags">General purpose bit flags.</param>
/// <param name="Method">Compression method.</param>
/// <param name="Crc32">CRC-32 of the content.</param>
/// <param name="CompressedSize">Bytes in the archive.</param>
/// <param name="Size">Bytes once uncompressed.</param>
/// <param name="HeaderOffset">Where its local header begins.</param>
/// <param name="UnixMode">Type and permissions, from the upper half of the external attributes; 0 when not given.</param>
internal sealed record ZipEntry(
    string Name, int NameBytes, UInt128 NameHash, ushort Flags, ushort Method, uint Crc32,
    long CompressedSize, long Size, long HeaderOffset, ushort UnixMode)
{
    /// <summary>Where its data begins; known once its local header has been read.</summary>
    public long DataOffset { get; set; }

    public bool IsFolder => Name.EndsWith('/');

    public bool HasDescriptor => (Flags & ZipFormat.FlagDescriptor) != 0;
}
