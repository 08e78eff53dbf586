using System.Buffers.Binary;

namespace Acme.Registry.Zip;

/// <summary>
/// The ZIP64 extra field: 64-bit values, in a fixed order, for the header fields that defer to it. Some writers put in the values of
/// fields that do not defer as well; those must then say the same as the header.
/// </summary>
internal ref struct Zip64Extra
{
    private readonly string _entry;
    private ReadOnlySpan<byte> _values;

    private Zip64Extra(ReadOnlySpan<byte> values, string entry)
    {
        _values = values;
        _entry = entry;
    }

    /// <summary>Finds it among the extra fields of a header; without one, its values are empty.</summary>
    public static Zip64Extra Find(ReadOnlySpan<byte> fields, string entry)
    {
        ReadOnlySpan<byte> values = default;
        var seen = false;

        // Fewer than four bytes at the end are padding, which alignment tools leave.
        while (fields.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(fields);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]);
            if (fields.Length < 4 + length) throw Inconsistent(entry);
            if (id == ZipFormat.Zip64ExtraId)
            {
                if (seen) throw Inconsistent(entry);
                seen = true;
                values = fields.Slice(4, length);
            }
            fields = fields[(4 + length)..];
        }
        return new(values, entry);
    }

    /// <summary>The value of the next field of the order.</summary>
    /// <param name="field">As it stands in the header.</param>
    /// <param name="deferredAfter">How many of the fields after it defer.</param>
    public long Resolve(uint field, int deferredAfter)
    {
        var deferred = field == ZipFormat.Deferred32;
        var spare = _values.Length >= 8 * (deferredAfter + 1);
        if (!deferred && !spare) return field;
        if (!spare) throw Inconsistent(_entry);

        var value = BinaryPrimitives.ReadUInt64LittleEndian(_values);
        _values = _values[8..];
        if (value > long.MaxValue || (!deferred && value != field)) throw Inconsistent(_entry);
        return (long)value;
    }

    /// <summary>After all fields: whether nothing is left, or only a disk number of this value.</summary>
    public readonly bool EndsWithDisk(uint disk) => _values.Length switch
    {
        0 => true,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(_values) == disk,
        _ => throw Inconsistent(_entry),
    };

    private static ZipRefusedException Inconsistent(string entry) =>
        new("has extra fields that contradict its header (ZIP64 sizes or offset). Make the ZIP again with another tool.", entry);
}
