using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Weights;

/// <summary>The same weights, in one format: one file, or the shards that belong together.</summary>
public sealed record WeightSet
{
    /// <summary>How they are stored.</summary>
    public required WeightFormat Format { get; init; }

    /// <summary>Where they are; empty at the root.</summary>
    public required string Directory { get; init; }

    /// <summary>The name without extension and shard number.</summary>
    public required string Name { get; init; }

    /// <summary>Number of files.</summary>
    public required int Files { get; init; }

    /// <summary>Bytes of the weights alone, as the headers tell, else of the files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Number of tensors, where every header tells.</summary>
    public int? Tensors { get; init; }

    /// <summary>Number of elements, where every header tells.</summary>
    public long? Parameters { get; init; }

    /// <summary>Element types, as the format calls them.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>What is wrong with the headers, each with its file; at most ten.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Path of the set, for people: directory, name and format.</summary>
    public string Shown => (Directory.Length == 0 ? Name : $"{Directory}/{Name}") + $" ({Format})";
}

/// <summary>Finds the weights of an artifact and reads their headers.</summary>
public sealed class WeightInventory(IBlobStore blobs)
{
    /// <summary>Most sets kept.</summary>
    public const int MaxSets = 200;

    /// <summary>Most headers read; further files count with their size.</summary>
    public const int MaxHeaders = 400;

    /// <summary>The sets, those of the preferred formats first.</summary>
    public async Task<IReadOnlyList<WeightSet>> TakeAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var groups = manifest.Entries
            .Select(entry => (Entry: entry, Format: WeightFormats.Of(entry.Path)))
            .Where(x => x.Format is not null)
            .GroupBy(x => (Format: x.Format!.Value, WeightFormats.SetOf(x.Entry.Path).Directory, WeightFormats.SetOf(x.Entry.Path).Name), x => x.Entry)
            .OrderBy(g => g.Key.Format).ThenBy(g => g.Key.Directory, StringComparer.Ordinal).ThenBy(g => g.Key.Name, StringComparer.Ordinal)
            .Take(MaxSets);

        var sets = new List<WeightSet>();
        var headersLeft = MaxHeaders;
        foreach (var group in groups)
        {
            var headers = new List<(string Path, WeightHeader Header)>();
            foreach (var entry in group)
            {
                headers.Add((entry.Path, headersLeft-- > 0 ? await ReadAsync(entry, group.Key.Format, cancellationToken) : WeightHeader.OfSize(entry.Size)));
            }
            sets.Add(new()
            {
                Format = group.Key.Format,
                Directory = group.Key.Directory,
                Name = group.Key.Name,
                Files = headers.Count,
                Bytes = headers.Sum(h => h.Header.Bytes),
                Tensors = headers.Aggregate((int?)0, (sum, h) => sum + h.Header.Tensors),
                Parameters = headers.Aggregate((long?)0, (sum, h) => sum is { } s && h.Header.Parameters is { } p && p <= long.MaxValue - s ? s + p : null),
                Types = [.. headers.SelectMany(h => h.Header.Types).Distinct().Order(StringComparer.Ordinal).Take(32)],
                Problems = [.. headers.Where(h => h.Header.Problem is not null).Select(h => $"{h.Path}: {h.Header.Problem}").Take(10)],
            });
        }
        return sets;
    }

    private async Task<WeightHeader> ReadAsync(ManifestEntry entry, WeightFormat format, CancellationToken cancellationToken)
    {
        var file = ReadableFile.Of(entry, blobs);
        try
        {
            return format switch
            {
                WeightFormat.Safetensors => await SafetensorsReader.ReadAsync(file, cancellationToken),
                WeightFormat.Gguf => await GgufReader.ReadAsync(file, cancellationToken),
                WeightFormat.PyTorch => await PyTorchReader.ReadAsync(file, cancellationToken),
                _ => WeightHeader.OfSize(entry.Size),
            };
        }
        catch (MalformedWeightsException e)
        {
            return WeightHeader.OfSize(entry.Size, e.Message);
        }
        catch (BlobNotFoundException)
        {
            return WeightHeader.OfSize(entry.Size, "the file is not stored yet; its size is as announced");
        }
    }
}
