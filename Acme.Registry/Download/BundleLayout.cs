using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Download;

/// <summary>
/// A ZIP that is never stored: where every byte of it stands follows from the manifest alone, so that its length is known beforehand, any
/// range of it can be written, and equal files always give equal bytes. Immutable; may be used by many downloads at once.
/// </summary>
/// <remarks>It keeps two numbers per file; headers are computed when a download comes to them.</remarks>
public sealed class BundleLayout
{
    /// <summary>Changes when the same files are laid out in other bytes.</summary>
    private const int FormatVersion = 1;

    // How many header bytes gather before they are flushed where no file contents lie between.
    private const int FlushAt = 64 * 1024;

    private readonly IReadOnlyList<ManifestEntry> _files;

    // Where each local header begins, and behind the last entry's data: the central directory.
    private readonly long[] _local;

    // Where each central header begins, and behind the last: the end records.
    private readonly long[] _central;

    private BundleLayout(Manifest manifest)
    {
        _files = manifest.Entries;
        RemoteFiles = manifest.RemoteSize == 0 ? [] : [.. _files.Where(f => f.Remote is not null)];
        _local = new long[_files.Count + 1];
        _central = new long[_files.Count + 1];
        for (var i = 0; i < _files.Count; i++)
        {
            var nameBytes = Encoding.UTF8.GetByteCount(_files[i].Path);
            if (nameBytes > ushort.MaxValue)
            {
                throw new ArgumentException($"A ZIP has no room for a path of {nameBytes:N0} bytes.", nameof(manifest));
            }
            _local[i + 1] = checked(_local[i] + BundleHeaders.LocalLength(_files[i], nameBytes) + _files[i].Size);
            _central[i + 1] = _central[i] + BundleHeaders.CentralLength(_files[i], nameBytes, _local[i]);
        }
        for (var i = 0; i < _central.Length; i++) _central[i] += DirectoryOffset;
        Length = EndOffset + BundleHeaders.EndLength(_files.Count, DirectoryOffset, EndOffset - DirectoryOffset);
        ETag = $"\"{manifest.RevisionId()}-zip{FormatVersion}\"";
    }

    /// <summary>Bytes of the whole ZIP.</summary>
    public long Length { get; }

    /// <summary>Files in it; without any it is still a valid ZIP.</summary>
    public int FileCount => _files.Count;

    /// <summary>Those of its files whose content is not in the blob store yet, as far as the manifest knows.</summary>
    public IReadOnlyList<ManifestEntry> RemoteFiles { get; }

    /// <summary>
    /// Strong entity tag, with its quotes: the <see cref="Manifest.RevisionId"/> of exactly the files in the bundle and the version of the
    /// layout, so that it names the bytes even when what counts as weights changes.
    /// </summary>
    public string ETag { get; }

    private long DirectoryOffset => _local[^1];

    private long EndOffset => _central[^1];

    /// <summary>Lays out one part of a revision.</summary>
    /// <exception cref="ArgumentException">A path is longer than a ZIP can hold.</exception>
    public static BundleLayout For(Manifest manifest, BundlePart part) =>
        new(part == BundlePart.All ? manifest : new Manifest(manifest.Entries.Where(e => part.Includes(e))));

    /// <summary>
    /// Writes a range of the ZIP, flushing as it goes. Ends early, without error, when the writer's reader has gone.
    /// </summary>
    /// <param name="blobs">Where the files are.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="destination">Neither completed nor failed here.</param>
    /// <param name="arrive">
    /// Returns when the content of one of <see cref="RemoteFiles"/> is in the blob store, with its CRC-32; what it throws comes through.
    /// Not needed where there are none.
    /// </param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the ZIP; nothing was written.</exception>
    /// <exception cref="BlobNotFoundException">A file is gone; what stands before it may have been written.</exception>
    public async Task CopyToAsync(
        IBlobStore blobs,
        long offset,
        long length,
        PipeWriter destination,
        Func<ManifestEntry, CancellationToken, Task<uint>>? arrive = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);

        var (position, end, unflushed) = (offset, offset + length, 0);
        while (position < end)
        {
            if (position < DirectoryOffset && FileAt(position) is var (file, inFile) && inFile >= 0)
            {
                var count = Math.Min(end - position, file.Size - inFile);
                if (file.Crc32 is null) await Arrive(file);
                await blobs.CopyToAsync(file.Digest, inFile, count, destination, cancellationToken);
                position += count;
                unflushed = FlushAt;
            }
            else
            {
                var crc32 = DescribedAt(position) is { } described ? described.Crc32 ?? await Arrive(described) : 0;
                var written = WriteHeader(position, end, crc32, destination);
                position += written;
                unflushed += written;
            }

            // After contents too, though they are flushed: only this tells whether anyone still reads.
            if (unflushed >= FlushAt || position == end)
            {
                var flush = await destination.FlushAsync(cancellationToken);
                if (flush.IsCompleted || flush.IsCanceled) return;
                unflushed = 0;
            }
        }

        Task<uint> Arrive(ManifestEntry file) =>
            (arrive ?? throw new ArgumentNullException(nameof(arrive), $"The content of '{file.Path}' is not here."))(file, cancellationToken);
    }

    /// <summary>The file contents that the ZIP has at a position; nothing where it has a header or a record.</summary>
    /// <param name="position">Inside the ZIP.</param>
    public BundleContent? ContentAt(long position)
    {
        if (position >= DirectoryOffset) return null;
        var (file, inFile) = FileAt(position);
        return inFile < 0 || inFile == file.Size ? null : new(file.Digest, inFile, file.Size - inFile);
    }

    /// <summary>The entry at a position before the directory, and the offset into its contents; negative while in its header.</summary>
    private (ManifestEntry File, long InFile) FileAt(long position)
    {
        var i = IndexAt(_local, position);
        return (_files[i], position - (_local[i + 1] - _files[i].Size));
    }

    /// <summary>The file that the header at the position describes; nothing for the end records.</summary>
    private ManifestEntry? DescribedAt(long position) =>
        position >= EndOffset ? null : _files[IndexAt(position >= DirectoryOffset ? _central : _local, position)];

    /// <summary>Writes what is left of the header at the position, or of the end records; returns the number of bytes.</summary>
    private int WriteHeader(long position, long end, uint crc32, PipeWriter destination)
    {
        var (start, length) = HeaderAt(position);
        var skip = (int)(position - start);
        var count = (int)Math.Min(length - skip, end - position);
        if (count == length)
        {
            WriteHeaderAt(start, crc32, destination.GetSpan(length)[..length]);
            destination.Advance(length);
            return length;
        }
        var whole = ArrayPool<byte>.Shared.Rent(length);
        WriteHeaderAt(start, crc32, whole.AsSpan(0, length));
        destination.Write(whole.AsSpan(skip, count));
        ArrayPool<byte>.Shared.Return(whole);
        return count;
    }

    private (long Start, int Length) HeaderAt(long position)
    {
        if (position >= EndOffset) return (EndOffset, (int)(Length - EndOffset));
        if (position >= DirectoryOffset)
        {
            var c = IndexAt(_central, position);
            return (_central[c], (int)(_central[c + 1] - _central[c]));
        }
        var i = IndexAt(_local, position);
        return (_local[i], (int)(_local[i + 1] - _local[i] - _files[i].Size));
    }

    private void WriteHeaderAt(long start, uint crc32, Span<byte> header)
    {
        if (start >= EndOffset)
        {
            BundleHeaders.WriteEnd(header, _files.Count, DirectoryOffset, EndOffset - DirectoryOffset);
        }
        else if (start >= DirectoryOffset)
        {
            var c = IndexAt(_central, start);
            BundleHeaders.WriteCentral(header, _files[c], crc32, _local[c]);
        }
        else
        {
            BundleHeaders.WriteLocal(header, _files[IndexAt(_local, start)], crc32);
        }
    }

    /// <summary>The last item whose start is not behind the position. Starts rise strictly: every item has a header.</summary>
    private static int IndexAt(long[] starts, long position)
    {
        var i = Array.BinarySearch(starts, position);
        return i >= 0 ? i : ~i - 1;
    }
}

/// <summary>File contents inside a ZIP.</summary>
/// <param name="Digest">The file's blob.</param>
/// <param name="Offset">First byte, in the file.</param>
/// <param name="Length">Bytes up to the file's end.</param>
public sealed record BundleContent(Sha256Digest Digest, long Offset, long Length);
