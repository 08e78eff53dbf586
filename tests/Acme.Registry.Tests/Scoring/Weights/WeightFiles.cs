using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Tests.Scoring.Weights;

/// <summary>Makes small weight files, right and wrong.</summary>
internal static class WeightFiles
{
    public static ReadableFile InMemory(byte[] content, string path = "model.safetensors") =>
        new(path, content.Length, (offset, length, _) => Task.FromResult(content.AsSpan(checked((int)offset), length).ToArray()));

    public static byte[] Safetensors(string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    /// <summary>Two F16 matrices: 6 and 4 elements, 20 bytes.</summary>
    public static byte[] GoodSafetensors() => Safetensors(
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"F16","shape":[4],"data_offsets":[12,20]}}""", 20);

    public static byte[] PyTorch(params int[] storages)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "archive/data.pkl", 50);
            Write(zip, "archive/version", 2);
            for (var i = 0; i < storages.Length; i++) Write(zip, $"archive/data/{i}", storages[i]);
        }
        return file.ToArray();

        static void Write(ZipArchive zip, string name, int size)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(new byte[size]);
        }
    }

    /// <summary>One F32 vector of 8 elements and one Q8_0 vector of 64, with metadata of every shape before them.</summary>
    public static byte[] GoodGguf(uint version = 3, ulong secondOffset = 32)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(version);
        writer.Write(2UL);
        writer.Write(4UL);
        Text(writer, "general.architecture");
        writer.Write(8u);
        Text(writer, "llama");
        Text(writer, "general.alignment");
        writer.Write(4u);
        writer.Write(32u);
        Text(writer, "tokens");
        writer.Write(9u);
        writer.Write(8u);
        writer.Write(2UL);
        Text(writer, "hello");
        Text(writer, "world");
        Text(writer, "scores");
        writer.Write(9u);
        writer.Write(6u);
        writer.Write(3UL);
        writer.Write(new byte[12]);

        Tensor(writer, "norm", 8, 0, 0);
        Tensor(writer, "weight", 64, 8, secondOffset);
        while (stream.Position % 32 != 0) writer.Write((byte)0);
        writer.Write(new byte[32 + 2 * 34]);
        return stream.ToArray();

        static void Text(BinaryWriter writer, string text)
        {
            writer.Write((ulong)text.Length);
            writer.Write(Encoding.ASCII.GetBytes(text));
        }

        static void Tensor(BinaryWriter writer, string name, ulong elements, uint type, ulong offset)
        {
            Text(writer, name);
            writer.Write(1u);
            writer.Write(elements);
            writer.Write(type);
            writer.Write(offset);
        }
    }
}
