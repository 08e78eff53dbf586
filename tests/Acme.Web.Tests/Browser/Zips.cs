using System.IO.Compression;
using System.Text;

namespace Acme.Web.Tests.Browser;

/// <summary>ZIPs of small models.</summary>
internal static class Zips
{
    public const string Card = "---\nlicense: apache-2.0\npipeline_tag: text-classification\n---\n# A model\n\n## Usage\n\nLoad it.\n";

    /// <summary>A model with this card, a configuration, one tensor, and further files.</summary>
    public static byte[] Model(string card = Card, params (string Path, string Text)[] more)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "README.md", Encoding.UTF8.GetBytes(card));
            Add(zip, "config.json", "{\"model_type\": \"bert\"}"u8.ToArray());
            var header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"u8.ToArray();
            Add(zip, "model.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[8]]);
            foreach (var (path, text) in more) Add(zip, path, Encoding.UTF8.GetBytes(text));
        }
        return memory.ToArray();
    }

    private static void Add(ZipArchive zip, string path, byte[] content)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(content);
    }
}
