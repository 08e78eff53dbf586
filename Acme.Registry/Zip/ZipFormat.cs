namespace Acme.Registry.Zip;

/// <summary>The numbers of the ZIP format, after PKWARE's APPNOTE.TXT 6.3.10. Everything in a ZIP is little-endian.</summary>
internal static class ZipFormat
{
    public const uint LocalHeaderSignature = 0x04034b50;
    public const uint DescriptorSignature = 0x08074b50;
    public const uint CentralHeaderSignature = 0x02014b50;
    public const uint EndSignature = 0x06054b50;
    public const uint Zip64EndSignature = 0x06064b50;
    public const uint Zip64LocatorSignature = 0x07064b50;

    /// <summary>Bytes of a local header before the name.</summary>
    public const int LocalHeaderSize = 30;

    /// <summary>Bytes of a central header before the name.</summary>
    public const int CentralHeaderSize = 46;

    /// <summary>Bytes of the end record before the comment.</summary>
    public const int EndSize = 22;

    /// <summary>Bytes of a version 1 ZIP64 end record.</summary>
    public const int Zip64EndSize = 56;

    /// <summary>Bytes of the ZIP64 end locator.</summary>
    public const int Zip64LocatorSize = 20;

    /// <summary>Header id of the ZIP64 extra field.</summary>
    public const ushort Zip64ExtraId = 0x0001;

    /// <summary>A 16-bit field with this value defers to its ZIP64 counterpart.</summary>
    public const ushort Deferred16 = 0xFFFF;

    /// <summary>A 32-bit field with this value defers to its ZIP64 counterpart.</summary>
    public const uint Deferred32 = 0xFFFFFFFF;

    public const ushort MethodStored = 0;
    public const ushort MethodDeflate = 8;
    public const ushort MethodAes = 99;

    public const ushort FlagEncrypted = 1 << 0;
    public const ushort FlagDescriptor = 1 << 3;
    public const ushort FlagPatch = 1 << 5;
    public const ushort FlagStrongEncryption = 1 << 6;
    public const ushort FlagUtf8 = 1 << 11;
    public const ushort FlagMaskedHeaders = 1 << 13;
}
