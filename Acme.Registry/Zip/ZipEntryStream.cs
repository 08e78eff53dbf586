using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>
/// The content of one entry, checked while it is read: the read that reaches the announced size also makes sure that nothing follows and
/// that the CRC-32 is right, so that whoever has read that many bytes has the entry.
/// </summary>
internal sealed class ZipEntryStream(SafeFileHandle file, ZipEntry entry) : ReadOnlyStream
{
    // The inflater asks for 8 KiB at a time; one larger read serves many of its requests.
    private const int ReadAhead = 128 * 1024;

    private readonly Stream _content = Open(file, entry);
    private readonly Crc32 _crc = new();
    private readonly byte[] _surplus = new byte[1];
    private long _left = entry.Size;
    private bool _complete;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _complete) return 0;
        try
        {
            var read = 0;
            if (_left > 0)
            {
                read = _content.Read(buffer);
                Count(buffer[..read]);
            }
            if (_left == 0) Finish(_content.Read(_surplus));
            return read;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _complete) return 0;
        try
        {
            var read = 0;
            if (_left > 0)
            {
                read = await _content.ReadAsync(buffer, cancellationToken);
                Count(buffer.Span[..read]);
            }
            if (_left == 0) Finish(await _content.ReadAsync(_surplus, cancellationToken));
            return read;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    private static Stream Open(SafeFileHandle file, ZipEntry entry)
    {
        var slice = new FileSlice(file, entry.DataOffset, entry.CompressedSize);
        return entry.Method == ZipFormat.MethodStored ? slice : new DeflateStream(new BufferedStream(slice, ReadAhead), CompressionMode.Decompress);
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _left) throw TooLong();
        if (bytes.IsEmpty)
        {
            throw new ZipRefusedException(
                $"ends {_left:N0} bytes before its announced size of {entry.Size:N0}. Make the ZIP again.", entry.Name);
        }
        _crc.Append(bytes);
        _left -= bytes.Length;
    }

    private void Finish(int surplus)
    {
        if (surplus > 0) throw TooLong();
        if (_crc.GetCurrentHashAsUInt32() != entry.Crc32)
        {
            throw new ZipRefusedException("is damaged: its checksum is wrong. Make the ZIP again and send it again.", entry.Name);
        }
        _complete = true;
    }

    private ZipRefusedException TooLong() =>
        new($"holds more than the {entry.Size:N0} bytes it announces. Make the ZIP again.", entry.Name);

    private ZipRefusedException Damaged(InvalidDataException e) =>
        new("is damaged: its data cannot be uncompressed. Make the ZIP again and send it again.", entry.Name, e);
}
