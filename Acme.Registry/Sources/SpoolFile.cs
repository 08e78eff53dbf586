using System.Buffers;
using Acme.Registry.Storage;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Sources;

/// <summary>
/// A temporary file that has no name while it is used (on Unix; elsewhere the system deletes it with its last handle), so that none of its bytes
/// are left even when the process is killed. They are appended by one writer at a time.
/// </summary>
public sealed class SpoolFile : IDisposable
{
    private const string NamePrefix = ".spool-";

    private const int BufferSize = 256 * 1024;

    private SafeFileHandle? _handle;

    private SpoolFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>The open file, for reading and writing. It belongs to this object.</summary>
    /// <exception cref="ObjectDisposedException">It has been closed or handed over.</exception>
    public SafeFileHandle Handle => _handle ?? throw new ObjectDisposedException(nameof(SpoolFile));

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Makes an empty one that only this user can read.</summary>
    /// <param name="directory">Made if it is not there; should be on a disk with room for whole uploads.</param>
    /// <exception cref="StorageFullException">No room for a file.</exception>
    public static SpoolFile Create(string directory)
    {
        var path = Path.Combine(directory, $"{NamePrefix}{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(directory);
            if (OperatingSystem.IsWindows())
            {
                const FileOptions unnamed = FileOptions.DeleteOnClose | FileOptions.Asynchronous;
                return new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, unnamed));
            }

            // The stream is only the way to set the mode while the file is made; it leaves its handle alone when it is collected.
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            var handle = new FileStream(path, options).SafeFileHandle;
            File.Delete(path);
            return new(handle);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(e);
        }
    }

    /// <summary>
    /// Removes the empty files of processes that were killed between making a file and taking its name away. A living process that
    /// is just there loses nothing by it.
    /// </summary>
    public static void RemoveLeftOver(string directory)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var path in Directory.EnumerateFiles(directory, $"{NamePrefix}*"))
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use where files keep their names, or another user's.
            }
        }
    }

    /// <summary>Appends what the stream yields from its position to its end. After a failure what was appended before it stays.</summary>
    /// <param name="content">Read once; not disposed of. Its own errors come through unchanged.</param>
    /// <param name="maxBytes">How large the file may become, what it holds already included.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="ContentTooLargeException">The stream goes on beyond that.</exception>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public async Task CopyFromAsync(Stream content, long maxBytes, CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (read > maxBytes - Length) throw new ContentTooLargeException(maxBytes);
                await WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        RandomAccess.SetLength(Handle, 0);
        Length = 0;
    }

    /// <summary>Hands the file over: it belongs to the caller from now on, and disposing of this object no longer closes it.</summary>
    public SafeFileHandle Release()
    {
        var handle = Handle;
        _handle = null;
        return handle;
    }

    /// <summary>Closes the file, and with that deletes it.</summary>
    public void Dispose() => _handle?.Dispose();

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(Handle, bytes, Length, cancellationToken);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(e);
        }
        Length += bytes.Length;
    }

    private static StorageFullException Full(IOException e) =>
        new("There is no room on the disk for temporary files. Free some and try again.", e);
}

/// <summary>Contents are larger than is taken.</summary>
public sealed class ContentTooLargeException(long maxBytes)
    : SourceException($"The file has more than {maxBytes:N0} bytes, the most that is taken. Split the artifact.")
{
    /// <summary>The most that is taken, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}
