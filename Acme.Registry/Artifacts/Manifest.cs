using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Registry.Artifacts;

/// <summary>One file of a revision.</summary>
/// <param name="Path">Relative path, <c>/</c> between segments, no <c>.</c> or <c>..</c> segment.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256 of the content; names the blob.</param>
/// <param name="Crc32">
/// CRC-32 (ISO 3309, as in ZIP) of the content, kept so that a bundle can be written without reading it twice; null until the content is here.
/// </param>
/// <param name="Remote">Where content that is not here yet is fetched; null once it is.</param>
/// <param name="Problem">Why content that is not here will not be fetched any more, for people; null while it may.</param>
public sealed record ManifestEntry(string Path, long Size, Sha256Digest Digest, uint? Crc32, Uri? Remote = null, string? Problem = null);

/// <summary>The contents of a revision: its files in ordinal order of their paths. Immutable.</summary>
public sealed class Manifest
{
    private readonly Lazy<Dictionary<string, ManifestEntry>> _byPath;

    /// <summary>Orders the entries.</summary>
    /// <exception cref="ArgumentException">Two entries have the same path.</exception>
    public Manifest(IEnumerable<ManifestEntry> entries)
    {
        var ordered = entries.OrderBy(e => e.Path, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Path == ordered[i - 1].Path) throw new ArgumentException($"The path '{ordered[i].Path}' stands twice in the manifest.", nameof(entries));
        }
        Entries = ordered;
        TotalSize = ordered.Sum(e => e.Size);
        RemoteSize = ordered.Where(e => e.Remote is not null).Sum(e => e.Size);
        _byPath = new(() => ordered.ToDictionary(e => e.Path, StringComparer.Ordinal));
    }

    /// <summary>The files, in ordinal order of their paths.</summary>
    public IReadOnlyList<ManifestEntry> Entries { get; }

    /// <summary>Sum of the sizes, in bytes.</summary>
    public long TotalSize { get; }

    /// <summary>Sum of the sizes of the files whose content is not here yet, in bytes; 0 when everything is.</summary>
    public long RemoteSize { get; }

    /// <summary>The file with exactly this path, if there is one.</summary>
    public ManifestEntry? Find(string path) => _byPath.Value.GetValueOrDefault(path);

    /// <summary>
    /// 40 hexadecimal characters that name these contents: the first 160 bits of the SHA-256 over
    /// <c>path NUL size NUL sha256 LF</c> of every entry in order. Where the content is, and whether it has arrived, plays no part.
    /// </summary>
    public string RevisionId()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in Entries) hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Path}\0{entry.Size}\0{entry.Digest}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20));
    }

    /// <summary>The stored form, UTF-8 JSON.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(Entries, ArtifactJson.Default.IReadOnlyListManifestEntry);

    /// <summary>Reads the stored form back.</summary>
    /// <exception cref="JsonException">Not a stored manifest.</exception>
    public static Manifest Deserialize(ReadOnlySpan<byte> utf8) =>
        new(JsonSerializer.Deserialize(utf8, ArtifactJson.Default.IReadOnlyListManifestEntry) ?? throw new JsonException("The manifest is empty."));
}

/// <summary>Serialisation of what the catalog and the blob store keep.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Artifact))]
[JsonSerializable(typeof(IReadOnlyList<ManifestEntry>))]
public sealed partial class ArtifactJson : JsonSerializerContext;
