using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Weights;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Collects what an artifact's own files tell, by small reads.</summary>
public sealed class FactCollector(IBlobStore blobs, TimeProvider time)
{
    private const int MaxCardRead = 2 << 20;
    private const int MaxLicenseText = 64 << 10;
    private const int MaxLicenseFiles = 4;

    private static readonly string[] CardNames = ["readme.md", "readme", "readme.markdown", "readme.rst", "readme.txt", "card.md", "model_card.md", "modelcard.md", "dataset_card.md"];

    /// <summary>Reads the card, the configurations, the licence files and the weight headers.</summary>
    /// <param name="subject">The artifact.</param>
    /// <param name="manifest">Its files; those whose blobs are not stored yet count with their names and sizes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ArtifactFacts> CollectAsync(ArtifactSubject subject, Manifest manifest, CancellationToken cancellationToken)
    {
        var card = await ReadCardAsync(manifest, cancellationToken);
        return new()
        {
            Type = subject.Type,
            Name = subject.Name,
            Url = subject.Url,
            CollectedAt = time.GetUtcNow(),
            Revision = manifest.RevisionId(),
            Files = new(
                manifest.Entries.Count,
                manifest.TotalSize,
                [.. manifest.Entries.Take(FileFacts.MaxEntries).Select(e => new FileFact(e.Path, e.Size))],
                new SortedDictionary<string, long>(manifest.Entries.GroupBy(e => FileKinds.Of(e.Path)).ToDictionary(g => g.Key, g => g.Sum(e => e.Size)))),
            Card = card,
            Config = await ConfigAsync(manifest, "config.json", cancellationToken),
            AdapterConfig = await ConfigAsync(manifest, "adapter_config.json", cancellationToken),
            LicenseFiles = await LicenseFilesAsync(manifest, cancellationToken),
            Weights = await new WeightInventory(blobs).TakeAsync(manifest, cancellationToken),
            Links = card is null ? [] : LinkFinder.Find(card.Text),
        };
    }

    /// <summary>The file that is the card of an artifact with these files, if one is.</summary>
    public static ManifestEntry? CardOf(Manifest manifest) => CardNames
        .Select(name => manifest.Entries.FirstOrDefault(e => string.Equals(e.Path, name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(e => e is not null);

    /// <summary>The card; nothing where there is none or it has not arrived yet.</summary>
    public async Task<CardFacts?> ReadCardAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        if (CardOf(manifest) is not { } entry || await HeadAsync(entry, MaxCardRead, cancellationToken) is not { } bytes) return null;
        var text = Decode(bytes, CardFacts.MaxText);
        var (frontMatter, problem) = FrontMatterParser.Parse(text);
        return new(entry.Path, text, entry.Size, frontMatter, problem);
    }

    private async Task<ConfigFacts?> ConfigAsync(Manifest manifest, string path, CancellationToken cancellationToken)
    {
        if (manifest.Find(path) is not { } entry) return null;
        if (entry.Size > ConfigReader.MaxSize) return new(path, $"{entry.Size} bytes long; at most {ConfigReader.MaxSize} are read");
        return await HeadAsync(entry, ConfigReader.MaxSize, cancellationToken) is { } bytes ? ConfigReader.Read(path, bytes) : null;
    }

    private async Task<IReadOnlyList<TextFileFacts>> LicenseFilesAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var files = new List<TextFileFacts>();
        foreach (var entry in manifest.Entries.Where(e => IsLicense(e.Path)).Take(MaxLicenseFiles))
        {
            if (await HeadAsync(entry, MaxLicenseText, cancellationToken) is { } bytes) files.Add(new(entry.Path, Decode(bytes, MaxLicenseText)));
        }
        return files;
    }

    private static bool IsLicense(string path) =>
        !path.Contains('/') && Path.GetExtension(path).ToLowerInvariant() is not (".py" or ".json" or ".html" or ".pdf")
        && (path.StartsWith("license", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("licence", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("copying", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("unlicense", StringComparison.OrdinalIgnoreCase));

    /// <summary>The first bytes, or nothing when the blob has not arrived yet.</summary>
    private async Task<byte[]?> HeadAsync(ManifestEntry entry, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadableFile.Of(entry, blobs).ReadHeadAsync(most, cancellationToken);
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    /// <summary>UTF-8, or UTF-16 with its mark; what is neither becomes replacement characters. NUL is not text to any store.</summary>
    private static string Decode(byte[] bytes, int mostCharacters)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var text = reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\0', '\uFFFD');
        if (text.Length <= mostCharacters) return text;
        return text[..(char.IsHighSurrogate(text[mostCharacters - 1]) ? mostCharacters - 1 : mostCharacters)];
    }
}
