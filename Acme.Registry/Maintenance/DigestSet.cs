using System.Buffers.Binary;
using Acme.Registry.Artifacts;

namespace Acme.Registry.Maintenance;

/// <summary>A set of very many digests: 32 bytes each and the set's own overhead, where the text form would take five times that.</summary>
internal sealed class DigestSet
{
    private readonly HashSet<(UInt128 High, UInt128 Low)> _digests = [];

    /// <summary>Number of digests.</summary>
    public int Count => _digests.Count;

    /// <summary>Adds a digest; false when it was there.</summary>
    public bool Add(Sha256Digest digest) => _digests.Add(Key(digest));

    /// <summary>Whether the digest is there.</summary>
    public bool Contains(Sha256Digest digest) => _digests.Contains(Key(digest));

    private static (UInt128 High, UInt128 Low) Key(Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[32];
        Convert.FromHexString(digest.ToString(), bytes, out _, out _);
        return (BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
    }
}
