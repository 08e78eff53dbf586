using System.Buffers.Binary;
using System.Text.Json;

namespace Acme.Api.Demo;

/// <summary>Writes small safetensors files of 32-bit floats; format: <c>https://github.com/huggingface/safetensors#format</c>.</summary>
internal static class SafetensorsWriter
{
    /// <summary>The file with these tensors, in this order; each one's values are as many as its shape says.</summary>
    public static byte[] Write(IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        var offset = 0L;
        foreach (var (name, shape, values) in tensors)
        {
            var end = offset + values.Length * sizeof(float);
            header.Add(name, new { dtype = "F32", shape, data_offsets = new[] { offset, end } });
            offset = end;
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        // Spaces after the header keep the tensors aligned to eight bytes, as the format recommends.
        var headerLength = (json.Length + 7) / 8 * 8;

        var file = new byte[8 + headerLength + offset];
        BinaryPrimitives.WriteInt64LittleEndian(file, headerLength);
        file.AsSpan(8, headerLength).Fill((byte)' ');
        json.CopyTo(file, 8);
        var at = 8 + headerLength;
        foreach (var (_, _, values) in tensors)
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), value);
                at += sizeof(float);
            }
        }
        return file;
    }
}
