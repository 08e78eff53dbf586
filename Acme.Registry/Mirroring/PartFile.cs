using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Mirroring;

/// <summary>
/// A file on its way: appended by one writer, read by many, and still there for a later process when this one dies. Its digests are
/// computed as it grows.
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>How the names of part files end.</summary>
    public const string Suffix = ".part";

    private const int BufferSize = 256 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Crc32 _crc32 = new();

    private PartFile(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that were there when it was opened.</summary>
    public long Inherited { get; private set; }

    /// <summary>CRC-32 of the bytes so far.</summary>
    public uint Crc32 => _crc32.GetCurrentHashAsUInt32();

    /// <summary>SHA-256 of the bytes so far.</summary>
    public Sha256Digest Digest => Sha256Digest.FromBytes(_sha256.GetCurrentHash());

    /// <summary>Opens it, with what an earlier attempt left of it unless that is too long.</summary>
    /// <exception cref="StorageFullException">No room for a file.</exception>
    public static async Task<PartFile> OpenAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var part = new PartFile(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
            try
            {
                await part.TakeOverAsync(maxBytes, cancellationToken);
                return part;
            }
            catch
            {
                part.Dispose();
                throw;
            }
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(e);
        }
    }

    /// <summary>Appends; after a failure the file is as long as before.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(_handle, bytes, Length, cancellationToken);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(e);
        }
        Take(bytes.Span);
    }

    /// <summary>Reads what stands at the offset; at least one byte when the offset lies before the end.</summary>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_handle, buffer, offset);

    /// <summary>A stream over the file, of the caller's own.</summary>
    public Stream OpenRead() => new FileStream(_path, new FileStreamOptions
    {
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
    });

    /// <summary>Takes the name away; who reads already goes on reading.</summary>
    public void Delete() => File.Delete(_path);

    /// <summary>Closes it; it stays where it is.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        _sha256.Dispose();
    }

    private async Task TakeOverAsync(long maxBytes, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(_handle);
        if (length > maxBytes)
        {
            RandomAccess.SetLength(_handle, 0);
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while (Length < length && (read = await RandomAccess.ReadAsync(_handle, buffer, Length, cancellationToken)) > 0) Take(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Inherited = Length;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _crc32.Append(bytes);
        Length += bytes.Length;
    }

    private static StorageFullException Full(IOException e) =>
        new("The disk of Mirror:PartDirectory is full. Free some room, or set it to a directory on a larger disk.", e);
}
