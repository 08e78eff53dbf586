using System.Buffers.Binary;
using System.Text.Json;

namespace Acme.Registry.Scoring.Weights;

/// <summary>
/// Reads the header of a safetensors file: eight bytes of little-endian length, that many bytes of JSON (name to dtype, shape and
/// data_offsets), then the tensors without gaps. Format: <c>https://github.com/huggingface/safetensors#format</c>.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>Longest header the format allows, in bytes.</summary>
    public const long MaxHeader = 100_000_000;

    /// <summary>Longest header that is read here, in bytes: some 100,000 tensors.</summary>
    public const int MaxRead = 16 << 20;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private static readonly Dictionary<string, int> Bits = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 8, ["U8"] = 8, ["I8"] = 8, ["F8_E5M2"] = 8, ["F8_E4M3"] = 8, ["F8_E8M0"] = 8,
        ["U16"] = 16, ["I16"] = 16, ["F16"] = 16, ["BF16"] = 16,
        ["U32"] = 32, ["I32"] = 32, ["F32"] = 32,
        ["U64"] = 64, ["I64"] = 64, ["F64"] = 64, ["C64"] = 64,
        ["F4"] = 4, ["F6_E2M3"] = 6, ["F6_E3M2"] = 6,
    };

    private readonly record struct Tensor(string Name, string Type, long Elements, long Begin, long End);

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="MalformedWeightsException">The header contradicts the format or the file's size.</exception>
    public static async Task<WeightHeader> ReadAsync(ReadableFile file, CancellationToken cancellationToken)
    {
        if (file.Size < 10) throw new MalformedWeightsException($"a safetensors file has at least 10 bytes, this one has {file.Size}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(await file.ReadAsync(0, 8, cancellationToken));
        if (length > MaxHeader) throw new MalformedWeightsException($"the header claims {length} bytes; the format allows {MaxHeader}");
        if ((long)length > file.Size - 8) throw new MalformedWeightsException($"the header claims {length} bytes, more than the file has");
        if (length > MaxRead) throw new MalformedWeightsException($"the header has {length} bytes; at most {MaxRead} are read");

        var header = await file.ReadAsync(8, (int)length, cancellationToken);
        var dataSize = file.Size - 8 - (long)length;
        try
        {
            using var document = JsonDocument.Parse(header, Json);
            return Check([.. Tensors(document.RootElement)], dataSize);
        }
        // Text that is not Unicode (stray bytes, half surrogate pairs) is only met when a string is taken out, as InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new MalformedWeightsException($"the header is not JSON: {e.Message}");
        }
    }

    private static IEnumerable<Tensor> Tensors(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new MalformedWeightsException("the header is not a JSON object");
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__") continue;
            if (property.Value.ValueKind != JsonValueKind.Object
                || !property.Value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
                || !property.Value.TryGetProperty("shape", out var shape) || !Numbers(shape, 64, out var dimensions)
                || !property.Value.TryGetProperty("data_offsets", out var offsets) || !Numbers(offsets, 2, out var range) || range.Length != 2)
            {
                throw new MalformedWeightsException($"the tensor '{Shown(property.Name)}' lacks a dtype, a shape or two data_offsets");
            }
            yield return new(property.Name, type.GetString()!, Product(property.Name, dimensions), range[0], range[1]);
        }
    }

    private static WeightHeader Check(Tensor[] tensors, long dataSize)
    {
        long end = 0, elements = 0;
        foreach (var tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            var name = Shown(tensor.Name);
            if (tensor.End < tensor.Begin || tensor.End > dataSize) throw new MalformedWeightsException($"the tensor '{name}' lies outside the file");
            if (tensor.Begin != end) throw new MalformedWeightsException($"the tensor '{name}' {(tensor.Begin < end ? "overlaps another" : "leaves a gap before it")}");
            // Products of up to 2^63 elements times 64 bits need more than 64 bits of room.
            if (Bits.TryGetValue(tensor.Type, out var bits) && ((Int128)tensor.Elements * bits + 7) / 8 != tensor.End - tensor.Begin)
            {
                throw new MalformedWeightsException($"the shape and dtype of the tensor '{name}' do not give the {tensor.End - tensor.Begin} bytes it occupies");
            }
            end = tensor.End;
            elements = long.MaxValue - elements < tensor.Elements ? throw new MalformedWeightsException("more elements than can be counted") : elements + tensor.Elements;
        }
        if (end != dataSize) throw new MalformedWeightsException($"the tensors end at byte {end} of {dataSize}");
        return new(dataSize, tensors.Length, elements, [.. tensors.Select(t => Shown(t.Type)).Distinct().Order(StringComparer.Ordinal).Take(32)], null);
    }

    private static bool Numbers(JsonElement array, int most, out long[] numbers)
    {
        numbers = [];
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > most) return false;
        var read = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out read[i]) || read[i++] < 0) return false;
        }
        numbers = read;
        return true;
    }

    private static long Product(string name, long[] dimensions)
    {
        // A zero anywhere makes the tensor empty, however large the other dimensions are.
        if (dimensions.Contains(0)) return 0;
        long product = 1;
        foreach (var dimension in dimensions)
        {
            if (product > long.MaxValue / dimension) throw new MalformedWeightsException($"the shape of the tensor '{Shown(name)}' has more elements than can be counted");
            product *= dimension;
        }
        return product;
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
