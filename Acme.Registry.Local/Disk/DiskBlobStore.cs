using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Local.Disk;

/// <summary>
/// Blobs as files: <c>blobs/ab/cd/&lt;64 hex&gt;</c> under the data directory, where <c>abcd</c> are the digest's first characters.
/// A blob is written under <c>incoming/</c>, synced, and renamed to its place. The directory belongs to one process at a time.
/// </summary>
public sealed class DiskBlobStore : IBlobStore, IDisposable
{
    private const int BufferSize = 512 * 1024;

    private readonly string _blobs;
    private readonly string _incoming;
    private readonly TimeProvider _time;
    private readonly DataDirectoryLock _directoryLock;

    // One lock per first byte of a digest. A put's rename and a delete of the same digest exclude each other; so do two puts that
    // make the same directories.
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    // Which of the 65,536 leaf directories this process has made durable, names of parents included. An earlier process may have
    // made one and died before it synced it, so that its being there proves nothing.
    private readonly bool[] _leafIsDurable = new bool[256 * 256];

    /// <summary>Opens the store, making the directory if need be, and clears what a dead process left half-written.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="time">Tells when a blob is put.</param>
    /// <exception cref="IOException">The directory cannot be used, or another process has it; the message says what to do.</exception>
    public DiskBlobStore(string directory, TimeProvider time)
    {
        directory = Path.GetFullPath(directory);
        _time = time;
        _blobs = Path.Combine(directory, "blobs");
        _incoming = Path.Combine(directory, "incoming");
        _directoryLock = DataDirectoryLock.Take(directory, "lock");
        try
        {
            Directory.CreateDirectory(_blobs);
            Directory.CreateDirectory(_incoming);
            foreach (var leftOver in Directory.EnumerateFiles(_incoming)) File.Delete(leftOver);
            DirectorySync.Flush(directory);
            if (Path.GetDirectoryName(directory) is { } parent) DirectorySync.Flush(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _directoryLock.Dispose();
            throw new IOException($"The data directory '{directory}' cannot be used: {e.Message} Mend it, or set Data:Directory to another directory.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default)
    {
        var temporary = Path.Combine(_incoming, Path.GetRandomFileName());
        try
        {
            var (digest, size) = await WriteAsync(content, temporary, cancellationToken);
            if (expected is { } announced && announced != digest) throw new DigestMismatchException(announced, digest);
            return new(digest, size, MoveIntoPlace(temporary, digest));
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw new StorageFullException("The disk of the data directory is full. Free some room or move Data:Directory to a larger disk.", e);
        }
        finally
        {
            // Does nothing once the file has moved into place.
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(digest));
    }

    /// <inheritdoc/>
    public async Task CopyToAsync(
        Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        using var file = OpenForReading(digest);
        var size = RandomAccess.GetLength(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, size - offset);

        var end = offset + length;
        while (offset < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = (int)Math.Min(BufferSize, end - offset);
            var read = RandomAccess.Read(file, destination.GetMemory(wanted).Span[..wanted], offset);
            if (read == 0) throw new EndOfStreamException($"The blob {digest} became shorter while it was read.");
            destination.Advance(read);
            offset += read;
            var flushed = await destination.FlushAsync(cancellationToken);
            if (flushed.IsCompleted) return;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<Uri?>(null);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var leaf in Directory.EnumerateDirectories(_blobs).SelectMany(Directory.EnumerateDirectories))
        {
            // A long listing gives way to other work between directories.
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var path in Directory.EnumerateFiles(leaf))
            {
                if (Sha256Digest.TryParse(Path.GetFileName(path), null, out var digest) && Find(digest) is { } found) yield return found;
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (StripeOf(digest))
        {
            if (Find(digest) is not { } found || found.PutAt >= unlessPutSince) return Task.FromResult(false);
            // Not synced: a blob that comes back after a power cut is an orphan like any other, and is collected again.
            File.Delete(PathOf(digest));
            return Task.FromResult(true);
        }
    }

    /// <summary>Lets go of the data directory.</summary>
    public void Dispose() => _directoryLock.Dispose();

    private static async Task<(Sha256Digest Digest, long Size)> WriteAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            int read;
            // Whole buffers, so that a stream which yields little at a time does not make many small writes.
            while ((read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, read), size, cancellationToken);
                size += read;
            }
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.FlushToDisk(file);
            return (Sha256Digest.FromBytes(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private DateTimeOffset MoveIntoPlace(string temporary, Sha256Digest digest)
    {
        var target = PathOf(digest);
        var leaf = Path.GetDirectoryName(target)!;
        DateTimeOffset putAt;
        lock (StripeOf(digest))
        {
            Directory.CreateDirectory(leaf);
            // The time is taken under the lock and not when the writing began: the bytes may have come slowly, and a delete that
            // spares what was put since then must spare this. A power cut may turn it back to when the writing ended, no further.
            putAt = _time.GetUtcNow();
            File.SetLastWriteTimeUtc(temporary, putAt.UtcDateTime);
            // Over what is there, if anything is: that may be damaged.
            File.Move(temporary, target, overwrite: true);
        }

        DirectorySync.Flush(leaf);
        var leafNumber = Convert.ToInt32(digest.ToString()[..4], 16);
        if (!Volatile.Read(ref _leafIsDurable[leafNumber]))
        {
            DirectorySync.Flush(Path.GetDirectoryName(leaf)!);
            DirectorySync.Flush(_blobs);
            Volatile.Write(ref _leafIsDurable[leafNumber], true);
        }
        return putAt;
    }

    private SafeFileHandle OpenForReading(Sha256Digest digest)
    {
        try
        {
            return File.OpenHandle(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobNotFoundException(digest);
        }
    }

    private BlobInfo? Find(Sha256Digest digest)
    {
        // FileInfo reads size and time together, when it is first asked: they are of one state of the file.
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? new(digest, file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
    }

    private Lock StripeOf(Sha256Digest digest) => _stripes[Convert.ToInt32(digest.ToString()[..2], 16)];

    private string PathOf(Sha256Digest digest)
    {
        var hex = digest.ToString();
        if (hex.Length == 0) throw new ArgumentException("The digest is empty.", nameof(digest));
        return Path.Combine(_blobs, hex[..2], hex[2..4], hex);
    }
}
