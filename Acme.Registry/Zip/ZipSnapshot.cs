using Acme.Registry.Sources;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>
/// The files of a ZIP. The whole structure is checked before anything is handed out; contents are checked while they are read (size and
/// CRC-32), and a stream throws <see cref="ZipRefusedException"/> at the first byte that is wrong. Entries may be read concurrently. A ZIP
/// inside the ZIP is a file like any other.
/// </summary>
/// <remarks>
/// Folders are implied by paths and left out; so are <c>__MACOSX/</c> and <c>.DS_Store</c>, which the Finder adds beside the files it packs and
/// which would otherwise be taken for second copies of weights. A single folder at the top is part of the paths.
/// </remarks>
public sealed class ZipSnapshot : Snapshot
{
    private readonly SafeFileHandle _file;

    private ZipSnapshot(SafeFileHandle file, IReadOnlyList<ZipEntry> entries)
    {
        _file = file;
        Files =
        [
            .. from entry in entries
               where !entry.IsFolder && !IsFinderClutter(entry.Name)
               select new SnapshotFile(entry.Name, entry.Size, cancellationToken => OpenEntryAsync(entry, cancellationToken)),
        ];
        if (Files.Count == 0) throw ZipRules.HoldsNoFiles();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SnapshotFile> Files { get; }

    /// <summary>Reads and checks the structure of a ZIP; takes time and memory in proportion to its entries, not to its size.</summary>
    /// <param name="file">A seekable file; it belongs to the snapshot from now on, and is closed here when the ZIP is refused.</param>
    /// <param name="limits">What may be in it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ZipRefusedException">The ZIP cannot be taken; says why and what to do.</exception>
    public static async Task<ZipSnapshot> OpenAsync(SafeFileHandle file, ZipLimits limits, CancellationToken cancellationToken = default)
    {
        try
        {
            // Thousands of small reads: on one pool thread they are several times cheaper than asynchronous ones.
            return await Task.Run(() => Open(file, limits, cancellationToken), cancellationToken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ZipSnapshot Open(SafeFileHandle file, ZipLimits limits, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(file);
        var end = ZipEndRecord.Read(file, length);
        var entries = ZipDirectory.Read(file, end, limits, cancellationToken);
        ZipRules.CheckTogether(entries);
        ZipLocalHeaders.Check(file, entries, end, cancellationToken);
        ZipRules.CheckRatio(entries, length, limits);
        return new(file, entries);
    }

    private static bool IsFinderClutter(string name) =>
        name.StartsWith("__MACOSX/", StringComparison.Ordinal) || name == ".DS_Store" || name.EndsWith("/.DS_Store", StringComparison.Ordinal);

    private Task<Stream> OpenEntryAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<Stream>(new ZipEntryStream(_file, entry));
    }
}
