using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>A directory with what a demo sees, gone when disposed of.</summary>
internal sealed class DemoDirectory : IDisposable
{
    /// <summary>Where the demo sees the model's files.</summary>
    public const string FilesInside = "/demo/files";

    /// <summary>Where it sees the cache of Hugging Face's libraries.</summary>
    public const string CacheInside = "/demo/cache";

    private DemoDirectory(string path) => Path = path;

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    private string Files => System.IO.Path.Combine(Path, "files");

    public static DemoDirectory Create(string parent)
    {
        var created = new DemoDirectory(Directory.CreateDirectory(System.IO.Path.Combine(parent, Guid.NewGuid().ToString("N"))).FullName);
        Directory.CreateDirectory(created.Files);
        Directory.CreateDirectory(System.IO.Path.Combine(created.Path, "cache"));
        return created;
    }

    /// <summary>Lays out the files; paths of a manifest are relative and stay inside.</summary>
    public async Task AddAsync(IBlobStore blobs, Manifest manifest, CancellationToken cancellationToken)
    {
        foreach (var entry in manifest.Entries)
        {
            var path = System.IO.Path.Combine(Files, entry.Path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await using var file = File.Create(path);
            await blobs.CopyToAsync(entry.Digest, 0, entry.Size, PipeWriter.Create(file), cancellationToken);
        }
    }

    /// <summary>Makes the files what the cache holds for these names.</summary>
    public void AddCache(IEnumerable<string> names, string revision)
    {
        foreach (var name in names)
        {
            var entry = System.IO.Path.Combine(Path, "cache", $"models--{name.Replace("/", "--", StringComparison.Ordinal)}");
            Directory.CreateDirectory(System.IO.Path.Combine(entry, "snapshots"));
            Directory.CreateSymbolicLink(System.IO.Path.Combine(entry, "snapshots", revision), FilesInside);
            Directory.CreateDirectory(System.IO.Path.Combine(entry, "refs"));
            File.WriteAllText(System.IO.Path.Combine(entry, "refs", "main"), revision);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
