using System.Globalization;

namespace Acme.Registry.Scoring.Weights;

/// <summary>
/// Reads the header of a GGUF file, versions 2 and 3: magic, counts, key-value metadata, tensor descriptions. Format:
/// <c>https://github.com/ggml-org/ggml/blob/master/docs/gguf.md</c>.
/// </summary>
public static class GgufReader
{
    private const int MaxTensors = 100_000;
    private const int MaxPairs = 100_000;
    private const int MaxElements = 5_000_000;
    private const int MaxNesting = 3;
    private const long Budget = 64L << 20;
    private const uint String = 8, Array = 9, UInt32 = 4;

    /// <summary>ggml types: name, elements per block, bytes per block.</summary>
    private static readonly Dictionary<uint, (string Name, int Elements, int Bytes)> Types = new()
    {
        [0] = ("F32", 1, 4), [1] = ("F16", 1, 2), [2] = ("Q4_0", 32, 18), [3] = ("Q4_1", 32, 20), [6] = ("Q5_0", 32, 22), [7] = ("Q5_1", 32, 24),
        [8] = ("Q8_0", 32, 34), [9] = ("Q8_1", 32, 36), [10] = ("Q2_K", 256, 84), [11] = ("Q3_K", 256, 110), [12] = ("Q4_K", 256, 144),
        [13] = ("Q5_K", 256, 176), [14] = ("Q6_K", 256, 210), [15] = ("Q8_K", 256, 292), [24] = ("I8", 1, 1), [25] = ("I16", 1, 2),
        [26] = ("I32", 1, 4), [27] = ("I64", 1, 8), [28] = ("F64", 1, 8), [30] = ("BF16", 1, 2),
    };

    private readonly record struct Tensor(string Type, long Elements, long? Bytes, ulong Offset);

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="MalformedWeightsException">The header contradicts the format or the file's size.</exception>
    public static async Task<WeightHeader> ReadAsync(ReadableFile file, CancellationToken cancellationToken)
    {
        var reader = new ForwardReader(file, Budget);
        if (!(await reader.BytesAsync(4, cancellationToken)).Span.SequenceEqual("GGUF"u8)) throw new MalformedWeightsException("the file does not begin with GGUF");
        var version = await reader.UInt32Async(cancellationToken);
        if (version is not (2 or 3)) throw new MalformedWeightsException($"GGUF version {version} is not read; 2 and 3 are, in little-endian order");
        var tensorCount = await CountAsync(reader, MaxTensors, "tensors", cancellationToken);
        var pairCount = await CountAsync(reader, MaxPairs, "metadata pairs", cancellationToken);

        var alignment = 32UL;
        var elementsLeft = MaxElements;
        for (var i = 0; i < pairCount; i++)
        {
            var keyLength = await reader.UInt64Async(cancellationToken);
            // The only key that matters here is short; the others are passed over.
            var isAlignment = keyLength == 17 && (await reader.BytesAsync(17, cancellationToken)).Span.SequenceEqual("general.alignment"u8);
            if (keyLength != 17) reader.Skip(keyLength);
            var type = await reader.UInt32Async(cancellationToken);
            if (isAlignment && type == UInt32)
            {
                alignment = await reader.UInt32Async(cancellationToken);
                if (alignment is 0 or > 1 << 20) throw new MalformedWeightsException($"the alignment {alignment} is out of bounds");
            }
            else
            {
                elementsLeft = await SkipValueAsync(reader, type, elementsLeft, 0, cancellationToken);
            }
        }

        var tensors = new List<Tensor>(tensorCount);
        for (var i = 0; i < tensorCount; i++) tensors.Add(await TensorAsync(reader, cancellationToken));
        var dataStart = ((ulong)reader.Position + alignment - 1) / alignment * alignment;
        if (tensors.Count > 0 && dataStart > (ulong)file.Size) throw new MalformedWeightsException("the file ends before its tensors begin");
        return Check(tensors, tensors.Count == 0 ? 0 : file.Size - (long)dataStart);
    }

    private static WeightHeader Check(List<Tensor> tensors, long dataSize)
    {
        UInt128 end = 0;
        long elements = 0, bytes = 0;
        var allKnown = true;
        foreach (var tensor in tensors.OrderBy(t => t.Offset))
        {
            if (tensor.Offset < end) throw new MalformedWeightsException($"the tensors overlap at offset {tensor.Offset}");
            end = (UInt128)tensor.Offset + (UInt128)(tensor.Bytes ?? 0);
            if (end > (UInt128)dataSize) throw new MalformedWeightsException($"the tensor at offset {tensor.Offset} leads out of the file");
            bytes += tensor.Bytes ?? 0;
            elements = long.MaxValue - elements < tensor.Elements ? throw new MalformedWeightsException("more elements than can be counted") : elements + tensor.Elements;
            allKnown &= tensor.Bytes is not null;
        }
        return new(allKnown ? bytes : dataSize, tensors.Count, elements, [.. tensors.Select(t => t.Type).Distinct().Order(StringComparer.Ordinal)], null);
    }

    private static async Task<Tensor> TensorAsync(ForwardReader reader, CancellationToken cancellationToken)
    {
        reader.Skip(await reader.UInt64Async(cancellationToken));
        var dimensions = await reader.UInt32Async(cancellationToken);
        if (dimensions > 8) throw new MalformedWeightsException($"a tensor claims {dimensions} dimensions");
        UInt128 elements = 1;
        for (var i = 0; i < dimensions; i++)
        {
            elements *= await reader.UInt64Async(cancellationToken);
            if (elements > long.MaxValue) throw new MalformedWeightsException("a tensor has more elements than can be counted");
        }
        var type = await reader.UInt32Async(cancellationToken);
        var offset = await reader.UInt64Async(cancellationToken);
        if (!Types.TryGetValue(type, out var block)) return new(string.Create(CultureInfo.InvariantCulture, $"type {type}"), (long)elements, null, offset);
        var bytes = (elements + (UInt128)block.Elements - 1) / (UInt128)block.Elements * (UInt128)block.Bytes;
        return new(block.Name, (long)elements, bytes > long.MaxValue ? throw new MalformedWeightsException("a tensor has more bytes than can be counted") : (long)bytes, offset);
    }

    private static async Task<int> CountAsync(ForwardReader reader, int most, string what, CancellationToken cancellationToken)
    {
        var count = await reader.UInt64Async(cancellationToken);
        return count <= (ulong)most ? (int)count : throw new MalformedWeightsException($"the header claims {count} {what}; at most {most} are read");
    }

    private static async Task<int> SkipValueAsync(ForwardReader reader, uint type, int elementsLeft, int depth, CancellationToken cancellationToken)
    {
        switch (type)
        {
            case String:
                reader.Skip(await reader.UInt64Async(cancellationToken));
                return elementsLeft;
            case Array:
                if (depth == MaxNesting) throw new MalformedWeightsException($"metadata arrays are nested more than {MaxNesting} deep");
                var elementType = await reader.UInt32Async(cancellationToken);
                var count = await reader.UInt64Async(cancellationToken);
                if (count > (ulong)elementsLeft) throw new MalformedWeightsException($"the metadata holds more than {MaxElements} array elements");
                elementsLeft -= (int)count;
                if (elementType is not (String or Array))
                {
                    reader.Skip(count * ScalarSize(elementType));
                    return elementsLeft;
                }
                for (var i = 0UL; i < count; i++) elementsLeft = await SkipValueAsync(reader, elementType, elementsLeft, depth + 1, cancellationToken);
                return elementsLeft;
            default:
                reader.Skip(ScalarSize(type));
                return elementsLeft;
        }
    }

    private static ulong ScalarSize(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        10 or 11 or 12 => 8,
        _ => throw new MalformedWeightsException($"the metadata has a value of unknown type {type}"),
    };
}
