using System.Numerics;
using Acme.Registry.Search;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// The trigrams of a text as bits of their hashes, letter case ignored: tells of most texts that a literal is not in them without
/// unpacking them, and never wrongly.
/// </summary>
internal sealed class TextSignature
{
    private const int BitsPerCharacter = 2;
    private const int MaxBits = 64 * 1024;

    private readonly ulong[] _bits;

    private TextSignature(ulong[] bits) => _bits = bits;

    /// <summary>The signature of a text.</summary>
    public static TextSignature Of(string text)
    {
        var bits = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)(text.Length * BitsPerCharacter)), 64, MaxBits);
        var signature = new TextSignature(new ulong[bits / 64]);
        for (var i = 0; i + 2 < text.Length; i++) signature.Set(signature.IndexOf(text, i));
        return signature;
    }

    /// <summary>False when a text with this signature cannot meet the condition.</summary>
    public bool MayMeet(LiteralCondition? condition) => condition switch
    {
        LiteralCondition.Contains contains => MayContain(contains.Literal),
        LiteralCondition.All all => all.Parts.All(MayMeet),
        LiteralCondition.Any any => any.Parts.Any(MayMeet),
        _ => true,
    };

    private bool MayContain(string literal)
    {
        for (var i = 0; i + 2 < literal.Length; i++)
        {
            var bit = IndexOf(literal, i);
            if ((_bits[bit >> 6] & (1ul << (bit & 63))) == 0) return false;
        }
        return true;
    }

    private void Set(int bit) => _bits[bit >> 6] |= 1ul << (bit & 63);

    private int IndexOf(string text, int at)
    {
        var hash = char.ToUpperInvariant(text[at]) * 0x9E3779B1u;
        hash = (hash ^ char.ToUpperInvariant(text[at + 1])) * 0x85EBCA6Bu;
        hash = (hash ^ char.ToUpperInvariant(text[at + 2])) * 0xC2B2AE35u;
        return (int)((hash ^ (hash >> 15)) & (uint)(_bits.Length * 64 - 1));
    }
}
